"""Package metadata, read from settings.ini so that names, versions and bounds stand in one place."""

from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

here = Path(__file__).parent
parser = ConfigParser(delimiters=['='])
parser.read(here / 'settings.ini', encoding='utf8')
cfg = parser['DEFAULT']
extras = {
    name: cfg[f'{name.replace("-", "_")}_requirements'].split()
    for name in ('dev', 'dicom', 'slurm', 'bench', 'onnx', 'ui-test', 'site')
}


class Build(build_py):
    """The notebooks that have parameters travel with an installed copy."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / 'mtunet' / 'notebooks'
        target.mkdir(parents=True, exist_ok=True)
        for path in (
            here / 'nbs' / 'paper' / '50_run.ipynb',
            here / 'nbs' / 'paper' / '61_tables.ipynb',
            here / 'nbs' / 'paper' / '62_figures.ipynb',
            here / 'nbs' / 'paper' / '63_claims.ipynb',
            here / 'nbs' / 'use' / '71_explore.ipynb',
        ):
            self.copy_file(str(path), str(target / path.name))


setup(
    name=cfg['lib_name'],
    version=cfg['version'],
    description=cfg['description'],
    keywords=cfg['keywords'].split(),
    author=cfg['author'],
    author_email=cfg['author_email'],
    url=cfg['git_url'],
    license='MIT',
    license_files=['LICENSE'],
    long_description=(here / 'README.md').read_text(encoding='utf8'),
    long_description_content_type='text/markdown',
    packages=find_packages(include=['mtunet', 'mtunet.*']),
    cmdclass={'build_py': Build},
    python_requires=f">={cfg['min_python']}",
    install_requires=cfg['requirements'].split(),
    extras_require=extras,
    entry_points={'console_scripts': cfg['console_scripts'].split()},
    zip_safe=False,
    classifiers=[
        'Development Status :: 3 - Alpha',
        'Intended Audience :: Science/Research',
        *(f'Programming Language :: Python :: 3.{minor}' for minor in (11, 12, 13, 14)),
    ],
)
