// What pages need of a script: explorables where there are any, and scrolling by keyboard.
'use strict'
window.mtunet = window.mtunet || {}

{
  const own = document.currentScript.src
  mtunet.home = new URL('explorables/', own).href
  const names = [...document.querySelectorAll('[data-explorable]')].map(f => f.dataset.explorable)
  const wanted = names.length ? ['numbers', 'kit', ...new Set(names)] : []
  if (names.includes('gaze')) wanted.splice(2, 0, 'case')
  for (const name of wanted) {
    const script = document.createElement('script')
    script.src = `${mtunet.home}${name}.js`
    script.async = false // in this order
    document.head.append(script)
  }

  // What is wider than its place can be scrolled by the arrow keys, so it takes the focus.
  const WIDE = 'article :is(pre, .table-wrapper, .cell_output, div.math, dl.py > dt)'
  const reach = () => {
    for (const part of document.querySelectorAll(WIDE)) {
      if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0
      else part.removeAttribute('tabindex')
    }
  }
  addEventListener('load', reach)
  addEventListener('resize', reach)
}
