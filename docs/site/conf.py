"""Settings of Sphinx for the pages that build.py lays out; nothing is executed or fetched."""

from configparser import ConfigParser
from pathlib import Path

here = Path(__file__).parent
root = here.parent.parent
ini = ConfigParser(delimiters=['='])
ini.read(root / 'settings.ini', encoding='utf8')
settings = ini['DEFAULT']

project = settings['title']
author = settings['author']
copyright = settings['copyright']
version = release = settings['version']
language = 'en'
smartquotes = False
highlight_language = 'text'

extensions = ['myst_nb', 'sphinxcontrib.katex']
root_doc = 'index'
nb_execution_mode = 'off'
nb_code_prompt_show = 'Show {type}'
nb_merge_streams = True
nb_render_markdown_format = 'myst'  # as in cells of text: the outputs have tables
myst_enable_extensions = ['dollarmath', 'amsmath', 'colon_fence', 'attrs_inline']
myst_heading_anchors = 4
myst_links_external_new_tab = False
suppress_warnings = [
    'myst.header',  # a chapter's cell may begin at a lower heading
    'mystnb.unknown_mime_type',  # a widget without its kernel
    'config.cache',
]
add_module_names = False
toc_object_entries = False

# Equations are typeset when the site is built, so a page needs no script to show them.
katex_prerender = True
katex_css_path = 'katex/katex.min.css'

html_theme = 'furo'
html_title = 'mtunet'
html_favicon = 'favicon.svg'
html_css_files = ['site.css', 'explorables/explorables.css']
html_js_files = [('site.js', dict(defer='defer'))]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_baseurl = 'https://mtunet.github.io/mtunet/'
pygments_style = 'a11y-high-contrast-light'
pygments_dark_style = 'a11y-high-contrast-dark'
html_theme_options = dict(
    light_css_variables={
        'color-brand-primary': '#0b57a4',
        'color-brand-content': '#0b57a4',
        'color-brand-visited': '#0b57a4',
        'color-foreground-primary': '#222222',
        'color-foreground-secondary': '#4a4a4a',
        'color-foreground-muted': '#5c5c5c',
        'color-foreground-border': '#767676',
        'color-background-border': '#dddddd',
    },
    dark_css_variables={
        'color-brand-primary': '#8ab8f0',
        'color-brand-content': '#8ab8f0',
        'color-brand-visited': '#8ab8f0',
        'color-foreground-primary': '#e4e4e4',
        'color-foreground-secondary': '#b4b4b4',
        'color-foreground-muted': '#a4a4a4',
        'color-foreground-border': '#8a8a8a',
        'color-background-primary': '#16181b',
        'color-background-secondary': '#1b1e22',
        'color-background-hover': '#262a2f',
        'color-background-border': '#3d4045',
    },
)
