// What the explorables share: controls, plots that know their width, animation, dragging.
'use strict'

mtunet.kit = (() => {
  function build(create, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith('on')) create.addEventListener(name.slice(2), value)
      else if (value === true) create.setAttribute(name, '')
      else if (value !== null && value !== false) create.setAttribute(name, value)
    }
    create.append(...children)
    return create
  }

  const html = (tag, attributes = {}, ...children) =>
    build(document.createElement(tag), attributes, children)

  const svg = (tag, attributes = {}, ...children) =>
    build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)

  // A labelled slider. `show` turns its value into words.
  function slider({ label, min, max, step, value, show, change, colour = '' }) {
    const input = html('input', { type: 'range', min, max, step, 'aria-label': label })
    const output = html('output')
    const control = {
      element: html('label', { class: `slider ${colour}` }, html('span', {}, label), output, input),
      get value() { return Number(input.value) },
      set value(next) {
        input.value = next
        const words = show(Number(input.value))
        output.textContent = words
        input.setAttribute('aria-valuetext', words)
      },
    }
    control.value = value
    input.addEventListener('input', () => {
      control.value = input.value
      change(control.value)
    })
    return control
  }

  let groups = 0

  // One of several words, as radio buttons.
  function choice({ label, options, value, change }) {
    const name = `explorable-choice-${groups++}`
    const inputs = {}
    const words = Object.entries(options).map(([key, text]) => {
      inputs[key] = html('input', {
        type: 'radio', name, value: key, onchange: () => change(key),
      })
      return html('label', {}, inputs[key], html('span', {}, text))
    })
    const control = {
      element: html('fieldset', { class: 'choice' }, html('legend', {}, label),
        html('div', {}, ...words)),
      get value() { return Object.keys(inputs).find(key => inputs[key].checked) },
      set value(key) {
        for (const input of Object.values(inputs)) input.checked = input.value === key
      },
    }
    control.value = value
    return control
  }

  const button = (text, press) => html('button', { type: 'button', onclick: press }, text)

  // A drawing whose units are pixels of the page; `draw(width, height)` is called when they change.
  function drawing(height, label, draw) {
    const element = svg('svg', { class: 'plot', role: 'img', 'aria-label': label })
    let known = 0
    new ResizeObserver(([entry]) => {
      const width = Math.round(entry.contentRect.width)
      if (!width || width === known) return
      known = width
      const tall = typeof height === 'function' ? height(width) : height
      element.setAttribute('viewBox', `0 0 ${width} ${tall}`)
      element.style.height = `${tall}px`
      draw(width, tall)
    }).observe(element)
    return element
  }

  // A scale from numbers to pixels, with its inverse; `log` for a logarithmic one.
  function scale(from, to, log = false) {
    const [a, b] = log ? from.map(Math.log) : from
    const place = value => to[0] + ((log ? Math.log(value) : value) - a) / (b - a) * (to[1] - to[0])
    place.inverse = pixel => {
      const value = a + (pixel - to[0]) / (to[1] - to[0]) * (b - a)
      return log ? Math.exp(value) : value
    }
    return place
  }

  // Lines and numbers of both axes, as one group.
  function axes({ x, y, left, right, top, bottom, xTicks, yTicks, xLabel, yLabel }) {
    const group = svg('g', { class: 'axes' })
    for (const [value, text] of xTicks) {
      const at = x(value)
      group.append(svg('line', { x1: at, x2: at, y1: top, y2: bottom }),
        svg('text', { x: at, y: bottom + 17, 'text-anchor': 'middle' }, text))
    }
    for (const [value, text] of yTicks) {
      const at = y(value)
      group.append(svg('line', { x1: left, x2: right, y1: at, y2: at }),
        svg('text', { x: left - 7, y: at + 4, 'text-anchor': 'end' }, text))
    }
    group.append(
      svg('text', { x: (left + right) / 2, y: bottom + 36, 'text-anchor': 'middle', class: 'name' },
        xLabel),
      svg('text', { x: 2, y: top - 9, class: 'name' }, yLabel))
    return group
  }

  // Where a pointer is while it is held down on a drawing, in the drawing's pixels.
  function dragging(element, begin, move, end = () => {}) {
    const place = event => {
      const box = element.getBoundingClientRect()
      return [event.clientX - box.left, event.clientY - box.top]
    }
    let held = false
    element.addEventListener('pointerdown', event => {
      if (begin(...place(event)) === false) return
      held = true
      element.setPointerCapture(event.pointerId)
      event.preventDefault()
    })
    element.addEventListener('pointermove', event => {
      if (held) move(...place(event))
    })
    for (const name of ['pointerup', 'pointercancel']) {
      element.addEventListener(name, () => {
        if (held) end()
        held = false
      })
    }
  }

  // Calls `frame(now)` before each picture while it returns true and the element is in view.
  function animation(element, frame) {
    let wanted = false, inView = false, waiting = false
    function next(now) {
      waiting = false
      if (!wanted || !inView) return
      wanted = frame(now)
      ask()
    }
    function ask() {
      if (wanted && inView && !waiting) {
        waiting = true
        requestAnimationFrame(next)
      }
    }
    new IntersectionObserver(([entry]) => {
      inView = entry.isIntersecting
      ask()
    }).observe(element)
    return () => {
      wanted = true
      ask()
    }
  }

  const points = pairs => pairs.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(' ')

  function format(value) {
    if (!Number.isFinite(value)) return '–'
    const size = Math.abs(value)
    return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2)
  }

  const power = value => {
    const exponent = Math.floor(Math.log10(value) + 1e-9)
    const front = value / 10 ** exponent
    const digits = String(exponent).replace('-', '⁻').replace(/\d/g, d => '⁰¹²³⁴⁵⁶⁷⁸⁹'[d])
    return `${Math.abs(front - 1) < 1e-6 ? '' : `${front.toFixed(1)}·`}10${digits}`
  }

  const still = matchMedia('(prefers-reduced-motion: reduce)').matches

  // Gives each figure of this name to `view`, in place of its picture.
  function mount(name, view) {
    for (const figure of document.querySelectorAll(`[data-explorable=${name}]`)) {
      figure.replaceChildren()
      view(figure)
    }
  }

  return {
    html, svg, slider, choice, button, drawing, scale, axes, dragging, animation, points, format,
    power, still, mount,
  }
})()
