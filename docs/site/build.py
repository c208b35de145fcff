"""Lay out the committed notebooks and documents as a site, and let Sphinx build it.

`python docs/site/build.py OUT WORK KATEX`: the site goes to OUT; WORK keeps what makes a second
build quick; KATEX is the folder of the npm package katex, whose fonts and style sheet are copied.
Notebooks are shown with the outputs that were committed with them; nothing is executed."""

import ast
import io
import json
import re
import shutil
import sys
import time
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
EXPLORABLES = ROOT / 'docs' / 'explorables'
DOCUMENTS = ('MODEL_CARD.md', 'DATA_STATEMENT.md', 'CONTRIBUTING.md', 'CHANGELOG.md')


# Notebooks


def code_without_directives(source):
    "Return the code of a cell without the lines that only nbdev reads."
    return re.sub(r'\A(?:#\|.*\n?)+', '', source).strip('\n')


def is_left_out(cell):
    "Say whether a reader of the page has no use for a code cell: guards, and names of modules."
    source = ''.join(cell['source'])
    return bool(re.match(r'(?:#\|.*\n)*#\| (?:hide|default_exp)\b', source)) or not (
        code_without_directives(source)
    )


def only_imports(source):
    "Say whether the code of a cell is nothing but imports."
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in body)


def shown_cell(cell):
    "Return a cell as the page shows it."
    source = ''.join(cell['source'])
    if cell['cell_type'] == 'markdown':
        return dict(cell, source=text_of_page(source))
    source, metadata = code_without_directives(source), dict(cell['metadata'])
    if only_imports(source):
        said = dict(code_prompt_show='Imports', code_prompt_hide='Imports')
        metadata = dict(tags=['hide-input'], mystnb=said)
    outputs = [
        o for o in cell['outputs'] if not any('widget' in kind for kind in o.get('data', {}))
    ]
    return dict(cell, source=source, metadata=metadata, outputs=outputs)


def joined_imports(cells):
    "Return cells with neighbouring cells of imports as one."
    found = []
    for cell in cells:
        hidden = [c['metadata'].get('tags') == ['hide-input'] for c in (*found[-1:], cell)]
        if len(hidden) == 2 and all(hidden):
            found[-1] = dict(found[-1], source=f'{found[-1]["source"]}\n{cell["source"]}')
        else:
            found.append(cell)
    return found


def notebook_page(path):
    "Return a notebook as the site shows it, a dict, its title first."
    notebook = json.loads(path.read_text(encoding='utf8'))
    cells = joined_imports(
        [
            shown_cell(cell)
            for cell in notebook['cells']
            if cell['cell_type'] == 'markdown' or not is_left_out(cell)
        ]
    )
    title = next(i for i, cell in enumerate(cells) if cell['source'].startswith('# '))
    cells.insert(0, cells.pop(title))
    metadata = {k: v for k, v in notebook['metadata'].items() if k != 'widgets'}
    return dict(notebook, cells=cells, metadata=metadata)


def title_and_summary(path):
    "Return the heading of a notebook and the sentence below it."
    for cell in json.loads(path.read_text(encoding='utf8'))['cells']:
        source = ''.join(cell['source'])
        if cell['cell_type'] == 'markdown' and source.startswith('# '):
            lines = source.splitlines()
            quotes = [line[2:] for line in lines if line.startswith('> ')]
            return lines[0][2:], quotes[0] if quotes else ''
    raise ValueError(f'{path}: expected a cell that begins with a heading, found none')


# Text

# A picture of docs/explorables on a line of its own, and the sentence that says where it moves.
EXPLORABLE = r'^!\[(.*?)\]\((?:\.\./)*docs/explorables/(\w+)\.png\)(?:\n\n\*This picture .*\*)?$'


def explorable(match):
    "Return the picture of an explorable as the element that a script brings to life."
    text, name = match[1], match[2]
    return (
        f'```{{raw}} html\n<figure class="explorable" id="explore-{name}" data-explorable="{name}">'
        f'<noscript><img src="STATIC/explorables/{name}.png" alt="{text}"></noscript></figure>\n```'
    )


def text_of_page(text):
    "Return markdown as the site needs it: explorables live, links to folders lead to a page."
    text = re.sub(EXPLORABLE, explorable, text, flags=re.M)
    text = re.sub(r'\]\(((?:\.\./)*)figures\)', r'](\1figures/README.md)', text)
    return re.sub(r'\]\(((?:\.\./)*nbs/\w+)\)', r'](\1/index.md)', text)


def first_screen(readme):
    "Return the part of the README before its first heading of the second level."
    text = readme.split('\n## ')[0]
    return re.sub(r'\]\(#', '](README.md#', text)


def table_page(path):
    "Return a table of figures/ as a page, with the beginning of its caption as the title."
    text = path.read_text(encoding='utf8')
    if text.startswith('# '):
        return text
    caption = re.search(r'\*\*(Table \d)\.\*\* (.*?) \(section', text)
    title = f'{caption[1]}. {caption[2]}' if caption else 'Sentences of the over-fitting study'
    return f'# {title}\n\n{text}'


def pictures_page(text):
    "Return figures/README.md with each picture below the line that says what made it."
    lines = []
    for line in text.splitlines():
        lines.append(line)
        named = re.findall(r'`(\w+\.png)`', line.split(':')[0])
        lines += [f'\n  ![{name}: the line above says what it shows]({name})' for name in named]
    return '\n'.join(lines)


# Chapters, in the order of the README


def chapters():
    "Return [(folder or notebook below nbs/, name, what it is about)] in the order of the README."
    table = (ROOT / 'README.md').read_text(encoding='utf8').split('| wing | about |')[1]
    found = []
    for row in re.findall(r'^\| (\[.*?) \| (.*) \|$', table.split('\n\n')[0], re.M):
        for name, place in re.findall(r'\[([^\]]+)\]\(nbs/([\w./]+)\)', row[0]):
            folder = place.split('/')[0]
            found.append((folder, name, row[1]))
    return found


def rooms(folder):
    "Return the notebooks of a wing in their order; the page of the wing is not among them."
    paths = sorted((ROOT / 'nbs' / folder).glob('[0-9]*.ipynb'))
    return [path for path in paths if not path.name.startswith('00_')]


def toctree(entries, caption='', depth=1, hidden=True):
    "Return the directive that puts pages into the navigation."
    options = [f':caption: {caption}'] if caption else []
    options += [f':maxdepth: {depth}'] + [':hidden:'] * hidden
    return '\n'.join(['```{toctree}', *options, '', *entries, '```'])


def room_list(folder):
    "Return the notebooks of a wing as a list, each with the sentence below its title."
    lines = []
    for path in rooms(folder):
        title, summary = title_and_summary(path)
        lines.append(f'- [{title}]({path.name}). {summary}')
    return '\n'.join([*lines, '', toctree([path.stem for path in rooms(folder)])])


def chapter_notebook(path):
    "Return the page of a wing: its text and its rooms, without the cells that offer names."
    notebook = notebook_page(path)
    folder = path.parent.name
    kept = [
        cell
        for cell in notebook['cells']
        if cell['cell_type'] == 'markdown' and not cell['source'].startswith('## Names for users')
    ]
    api = f'Names, signatures and docstrings: [mtunet.{folder}](../../api/{folder}.md).'
    text = f'## Rooms\n\n{room_list(folder)}\n\n{api}'
    kept.insert(-1, dict(cell_type='markdown', id='rooms', metadata={}, source=text))
    return dict(notebook, cells=kept)


def chapter_page(folder, name, about):
    "Return the page of a wing whose notebooks have none of their own."
    title = 'The paper' if name == 'paper' else name.capitalize()
    about = re.sub(r': \[.*', '', about)
    return f'# {title}\n\n{about[0].upper()}{about[1:]}.\n\n{room_list(folder)}'


# The API, from signatures and docstrings


def comments(text):
    "Return {line: comment} of a Python source."
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {t.start[0]: t.string.lstrip('# ') for t in tokens if t.type == tokenize.COMMENT}


def remark(node, said):
    "Return the comment that stands behind an argument or field, or else in the line above it."
    return said.get(node.end_lineno) or said.get(node.lineno - 1, '')


def arguments(function, said):
    "Return the signature of a function and a list of what is said of its arguments."
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    bound = every and every[0].arg in ('self', 'cls')
    notes = [(arg.arg, remark(arg, said)) for arg in every[bool(bound) :]]
    text = ast.unparse(given)
    text = re.sub(r'^(self|cls)(, )?', '', text) if bound else text
    many_lines = function.args.args and function.lineno != function.body[0].lineno - 1
    return text, [f'- `{name}`: {note}' for name, note in notes if note and many_lines]


def directive(kind, signature, body, level=3):
    "Return a directive of Sphinx's Python domain."
    return '\n'.join([':' * level + '{py:' + kind + '} ' + signature, '', *body, ':' * level, ''])


def documented(node):
    "Return the docstring of a node, blank lines kept."
    return (ast.get_docstring(node) or '').replace('<', '&lt;')


def function_entry(node, said, kind='function', level=3):
    "Return the entry of a function or method."
    signature, notes = arguments(node, said)
    body = [documented(node), '', *notes]
    if kind == 'property':
        return directive(kind, node.name, body, level)
    return directive(kind, f'{node.name}({signature})', body, level)


def class_entry(node, said):
    "Return the entry of a class with its fields and public methods."
    methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
    fields = [
        n for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
    ]
    body, signature = [documented(node), ''], ''
    for field in fields:
        note = remark(field, said)
        kind = ast.unparse(field.annotation)
        body.append(f'- `{field.target.id}` ({kind}){": " + note if note else ""}')
    body.append('')
    for method in methods:
        if method.name == '__init__':
            signature = f'({arguments(method, said)[0]})'
            body += [documented(method), '']
        elif not method.name.startswith('_') and ast.get_docstring(method):
            marks = [ast.unparse(mark) for mark in method.decorator_list]
            is_property = any('property' in mark for mark in marks)
            if not any(mark.endswith('.setter') for mark in marks):
                kind = 'property' if is_property else 'method'
                body.append(function_entry(method, said, kind))
    return directive('class', f'{node.name}{signature}', body, 4)


def module_entries(path, module, notebook):
    "Return the section of a module in the page of its wing, '' if it has nothing to show."
    text = path.read_text(encoding='utf8')
    tree, said = ast.parse(text), comments(text)
    entries = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith('_'):
            entries.append(function_entry(node, said))
        elif isinstance(node, ast.ClassDef) and not node.name.startswith('_'):
            entries.append(class_entry(node, said))
    if not entries:
        return ''
    about = (ast.get_docstring(tree) or '').replace('<', '&lt;')
    intro = f'{about} From [{notebook.stem}](../{notebook.relative_to(ROOT).as_posix()}).'
    head = [f'## {module}', '', f':::{{py:module}} {module}\n:::', '', intro, '']
    return '\n'.join([*head, *entries])


def offered(package):
    "Return [(module, [name, ...])] that a package offers to users."
    text = package.read_text(encoding='utf8')
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'offer':
            return [(k, v.split()) for k, v in ast.literal_eval(node.args[1]).items()]
    return []


def api_page(folder, modules):
    "Return the page of a wing's modules: names for users first, then room by room."
    sections = [module_entries(*module) for module in modules]
    lines = [f'# mtunet.{folder}', '']
    package = ROOT / 'mtunet' / folder / '__init__.py'
    names = offered(package) if package.exists() else []
    if names:
        lines += [f'Names for users, to be imported from `mtunet.{folder}`:', '']
        for module, given in names:
            links = [f'{{py:obj}}`{n} <mtunet.{module}.{n}>`' for n in given]
            lines.append(f'- {", ".join(links)}')
        lines.append('')
    return '\n'.join([*lines, *filter(None, sections)])


def modules_by_wing():
    "Return {wing: [(path, module, notebook), ...]} in the order of notebooks."
    found = {}
    for notebook in sorted((ROOT / 'nbs').rglob('[0-9]*.ipynb')):
        first = json.loads(notebook.read_text(encoding='utf8'))['cells'][0]
        name = re.match(r'#\| default_exp ([\w.]+)$', ''.join(first['source']))
        if not name or name[1].startswith('__') or name[1].endswith('__init__'):
            continue
        path = ROOT / 'mtunet' / f'{name[1].replace(".", "/")}.py'
        wing = name[1].split('.')[0]
        found.setdefault(wing, []).append((path, f'mtunet.{name[1]}', notebook))
    return found


# The site


class Layout:
    "Writes the pages into a folder, and only what has changed."

    def __init__(self, folder):
        self.folder, self.kept = folder, set()

    def write(self, name, data):
        "Write bytes or text to a file, unless it holds them already."
        path = self.folder / name
        data = data if isinstance(data, bytes) else data.encode()
        self.kept.add(path)
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def page(self, name, text):
        "Write a page of text; `STATIC/` in it becomes the way to scripts and pictures."
        self.write(name, text.replace('STATIC/', '../' * name.count('/') + '_static/'))

    def copy(self, path, name):
        "Copy a file."
        self.write(name, path.read_bytes())

    def finish(self):
        "Remove what an earlier layout left."
        for path in self.folder.rglob('*'):
            if path.is_file() and path not in self.kept:
                path.unlink()


def lay_out_notebooks(layout):
    "Write the notebooks, with the rooms of a wing below its page."
    for path in sorted((ROOT / 'nbs').rglob('[0-9]*.ipynb')):
        if '.ipynb_checkpoints' in path.parts:
            continue
        is_chapter = path.name.startswith('00_') and path.parent.name != 'nbs'
        notebook = chapter_notebook(path) if is_chapter else notebook_page(path)
        layout.page(path.relative_to(ROOT).as_posix(), json.dumps(notebook))


def lay_out_documents(layout):
    "Write the README, the findings, the figures, and what else the documents link to."
    readme = (ROOT / 'README.md').read_text(encoding='utf8')
    layout.page('README.md', text_of_page(readme.replace('# mtunet\n', '# Using mtunet\n', 1)))
    for name in ('FINDINGS.md', *DOCUMENTS, 'docs/CLAIM.md', 'docs/TRIPOD-AI.md'):
        layout.page(name, text_of_page((ROOT / name).read_text(encoding='utf8')))
    for name in ('LICENSE', 'CITATION.cff', 'constraints.txt'):
        layout.copy(ROOT / name, name)
    for path in sorted((ROOT / 'figures').rglob('*')):
        name = path.relative_to(ROOT).as_posix()
        if name == 'figures/README.md':
            layout.page(name, pictures_page(path.read_text(encoding='utf8')))
        elif path.suffix == '.md':
            layout.page(name, table_page(path))
        elif path.suffix == '.png':
            layout.copy(path, name)


def lay_out_chapters(layout):
    "Write the pages of wings that have none; return the entries of all of them for the contents."
    entries = []
    for folder, name, about in chapters():
        if folder.endswith('.ipynb'):
            entries.append(f'nbs/{folder.removesuffix(".ipynb")}')
            continue
        own = sorted((ROOT / 'nbs' / folder).glob('00_*.ipynb'))
        if own:
            entries.append(own[0].relative_to(ROOT).with_suffix('').as_posix())
        else:
            layout.page(f'nbs/{folder}/index.md', chapter_page(folder, name, about))
            entries.append(f'nbs/{folder}/index')
    alone = sorted(f'nbs/{path.stem}' for path in (ROOT / 'nbs').glob('[0-9]*.ipynb'))
    return entries + [name for name in alone if name not in (*entries, 'nbs/00_start_here')]


def lay_out_api(layout):
    "Write a page for the modules of each wing; return their entries."
    wings = modules_by_wing()
    order = ['core', 'config', 'data', 'phantom', 'losses', 'nets', 'train', 'runs', 'batch']
    order += [wing for wing in ('report', 'use', 'bench', 'cli')]
    for wing in order:
        layout.page(f'api/{wing}.md', api_page(wing, wings[wing]))
    text = 'Names, signatures and docstrings, wing by wing, in the order in which they import.'
    layout.page('api/index.md', f'# API\n\n{text}\n\n' + toctree(order, hidden=False))
    return ['api/index']


GALLERY = (
    ('circle', 'Appendix A: the circle', 'nbs/paper/31_appendix_a.ipynb'),
    ('gaze', 'From gaze to density', 'nbs/data/10_gaze.ipynb'),
    ('plateau', 'The plateau rule', 'nbs/train/33_plateau.ipynb'),
)


def home(readme, chapter_entries, api_entries):
    "Return the first page: the README's first screen, three things to play with, the contents."
    tiles = '\n'.join(
        f'<a class="tile" href="{page.replace(".ipynb", ".html")}#explore-{name}">'
        f'<img src="_static/explorables/{name}.png" alt="" loading="lazy"><span>{title}</span></a>'
        for name, title, page in GALLERY
    )
    results = ['FINDINGS', *(f'figures/table{k}' for k in (1, 2, 3)), 'figures/claims']
    results += ['figures/README', 'figures/overfitting']
    kept = [path for path in (ROOT / 'figures').glob('*/*.md') if path.parent.name != 'bench']
    results += sorted(path.relative_to(ROOT).with_suffix('').as_posix() for path in kept)
    more = ['docs/CLAIM', 'docs/TRIPOD-AI', 'MODEL_CARD', 'DATA_STATEMENT', 'CONTRIBUTING']
    benches = sorted(f'figures/bench/{p.stem}' for p in (ROOT / 'figures/bench').glob('*.md'))
    return '\n\n'.join(
        [
            text_of_page(first_screen(readme)),
            f'## Try it here\n\n```{{raw}} html\n<div class="tiles">\n{tiles}\n</div>\n```',
            toctree(['nbs/00_start_here', 'README'], 'Begin'),
            toctree(results, 'Results'),
            toctree(chapter_entries, 'Chapters'),
            toctree(api_entries, 'Reference', 2),
            toctree([*more, 'CHANGELOG', *benches], 'About'),
        ]
    )


def lay_out(folder, katex):
    "Write all that Sphinx reads into `folder`."
    layout = Layout(folder)
    readme = (ROOT / 'README.md').read_text(encoding='utf8')
    lay_out_notebooks(layout)
    lay_out_documents(layout)
    layout.page('index.md', home(readme, lay_out_chapters(layout), lay_out_api(layout)))
    here = Path(__file__).parent
    for name in ('site.css', 'site.js'):
        layout.copy(here / name, f'_static/{name}')
    for path in sorted(EXPLORABLES.iterdir()):
        layout.copy(path, f'_static/explorables/{path.name}')
    layout.copy(katex / 'dist/katex.min.css', '_static/katex/katex.min.css')
    for path in sorted((katex / 'dist/fonts').glob('*.woff2')):
        layout.copy(path, f'_static/katex/fonts/{path.name}')
    layout.finish()


# What the theme leaves out for those who listen to a page.
MENDED = (
    ('class="caption" role="heading">', 'class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="All pages">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="On this page">'),
    ('<summary aria-label="Toggle hidden content">', '<summary>'),
    ('<th></th>', '<td></td>'),
    ('<th class="head"><p></p></th>', '<td></td>'),
    (
        '<div id="search-results"></div>',
        '<h1>Search</h1><div class="found" id="search-results"></div>',
    ),
)


def mend(folder):
    "Complete roles and names of elements in all pages of a folder."
    for path in folder.rglob('*.html'):
        text = whole = path.read_text(encoding='utf8')
        for old, new in MENDED:
            text = text.replace(old, new)
        if text != whole:
            path.write_text(text, encoding='utf8')


def build(out, work, katex):
    "Build the site; return the status of Sphinx."
    from sphinx.cmd.build import build_main

    begun = time.perf_counter()
    lay_out(work / 'pages', katex)
    html = work / 'html'
    where = [str(work / 'pages'), str(html)]
    options = ['-c', str(Path(__file__).parent), '-d', str(work / 'doctrees')]
    options += ['-D', f'html_static_path={work / "pages" / "_static"}']
    status = build_main(['-b', 'html', *options, '-q', '-W', '--keep-going', *where])
    mend(html)
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(html, out, ignore=shutil.ignore_patterns('.buildinfo*', '.doctrees'))
    size = sum(path.stat().st_size for path in out.rglob('*') if path.is_file())
    seconds = time.perf_counter() - begun
    print(f'{out}: {len([*out.rglob("*.html")])} pages, {size / 1e6:.1f} MB, {seconds:.0f} s')
    return status


if __name__ == '__main__':
    sys.exit(build(*(Path(argument).resolve() for argument in sys.argv[1:4])))
