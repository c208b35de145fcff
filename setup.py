"""Package metadata, read from settings.ini so that names, versions and bounds stand in one place."""
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup

here = Path(__file__).parent
parser = ConfigParser(delimiters=['='])
parser.read(here / 'settings.ini', encoding='utf8')
cfg = parser['DEFAULT']

extras = {name: cfg[f'{name.replace("-", "_")}_requirements'].split() for name in ('dev', 'dicom', 'slurm', 'onnx', 'ui-test')}

setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'].split(),
    author=cfg['author'], author_email=cfg['author_email'], url=cfg['git_url'], license='MIT', license_files=['LICENSE'],
    long_description=(here / 'README.md').read_text(encoding='utf8'), long_description_content_type='text/markdown',
    packages=find_packages(include=['mtunet', 'mtunet.*']), package_data={'mtunet': ['notebooks/*.ipynb']},
    python_requires=f">={cfg['min_python']}", install_requires=cfg['requirements'].split(), extras_require=extras,
    entry_points={'console_scripts': cfg['console_scripts'].split()}, zip_safe=False,
    classifiers=['Development Status :: 3 - Alpha', 'Intended Audience :: Science/Research',
                 'Programming Language :: Python :: 3.11', 'Programming Language :: Python :: 3.12'])
