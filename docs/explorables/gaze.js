// From gaze to density: a phantom's reader replayed, and a map set by hand, with its scores.
'use strict'

mtunet.gaze = figure => {
  const { html, slider, choice, button, animation, format } = mtunet.kit
  const { PRESETS, frame, toGrid, toImage, Samples, imageMask, scores, handMap } = mtunet.numbers
  const { size, t, x, y, weight, sigma: published } = mtunet.case
  const SAID = {
    paper: 'paper: the image in a letterbox; scores over all pixels, padding included',
    released: 'released: every fifth pixel of a fixed frame; scores over all pixels',
    clean: 'clean: the image in a letterbox; scores over the image alone',
  }
  const GRIDS = { '48x32': [48, 32], '96x64': [96, 64], '160x112': [160, 112] }
  const SHORT_SIDE = 448 // pixels of a canvas
  const NARROWEST = 50 // sigma, in pixels of the X-ray
  const end = t[t.length - 1]

  const state = {
    preset: 'paper', grid: '96x64', sigma: published, time: end, spotSigma: 260, floor: 0.1,
    spots: [{ x: 900, y: 1000 }, { x: 1750, y: 1000 }, { x: 1450, y: 1750 }],
  }
  const samples = new Samples(size, NARROWEST)
  let shown = 0 // how many samples are in the sums
  let place, mask, uniform, density, own, result
  let playing = false, last = 0

  // ---- numbers

  function lay() {
    const { fit, support } = PRESETS[state.preset]
    place = frame(size, GRIDS[state.grid], fit, size)
    mask = support === 'image' ? imageMask(place) : null
    uniform = new Float32Array(place.y.grid * place.x.grid).fill(1 / (place.y.grid * place.x.grid))
  }

  function sum() {
    let wanted = 0
    while (wanted < t.length && t[wanted] <= state.time) wanted += 1
    for (; shown < wanted; shown++) samples.add(x[shown], y[shown], weight)
    for (; shown > wanted; shown--) samples.add(x[shown - 1], y[shown - 1], -weight)
    if (!shown) samples.clear()
  }

  function compute(what) {
    if (what.reference) {
      sum()
      const { subtractMin } = PRESETS[state.preset]
      density = shown ? samples.density(place, state.sigma, subtractMin) : null
    }
    if (what.own) {
      const spots = state.spots.map(spot => ({ ...spot, weight: 1 }))
      own = handMap(spots, place, state.spotSigma, state.floor)
    }
    result = density ? scores(own, density, mask) : { kld: NaN, cc: NaN, hs: NaN }
    result.uniform = density ? scores(uniform, density, mask) : { kld: NaN, hs: NaN }
  }

  // ---- pictures

  const COLOURS = ('000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779 d0416f e75263 '
    + 'f56b5c fc8961 fea772 fec488 fde2a3 fcfdbf').split(' ').map(
    text => [0, 2, 4].map(k => parseInt(text.slice(k, k + 2), 16)))
  const TABLE = Array.from({ length: 256 }, (_, i) => {
    const at = Math.min(i / 255 * 16, 15.999)
    const k = Math.floor(at)
    return COLOURS[k].map((c, j) => Math.round(c + (at - k) * (COLOURS[k + 1][j] - c)))
  })
  const picture = new Image()
  const small = document.createElement('canvas')

  function panel(label) {
    const canvas = html('canvas', { role: 'img', 'aria-label': label })
    const holder = html('div', { class: 'map' }, canvas)
    const element = html('div', { class: 'panel' }, holder, html('p', {}, label))
    return { canvas, holder, element }
  }
  const panels = {
    gaze: panel('X-ray and gaze'), reference: panel('density of the gaze'), own: panel('your map'),
  }

  // The X-ray in its frame, drawn once for each size and light.
  const drawn = {}
  function xray(context, scale, light) {
    const { width, height } = context.canvas
    const key = [state.preset, state.grid, picture.complete && picture.naturalWidth].join()
    if (drawn[light]?.key !== key) {
      drawn[light] = { key, canvas: html('canvas', { width, height }) }
      drawXray(drawn[light].canvas.getContext('2d'), scale, light)
    }
    context.drawImage(drawn[light].canvas, 0, 0)
  }

  function drawXray(context, scale, light) {
    const [[top, bottom], [left, right]] = [place.y, place.x].map(
      axis => [toGrid(axis, -0.5), toGrid(axis, axis.length - 0.5)])
    context.fillStyle = '#000'
    context.fillRect(0, 0, context.canvas.width, context.canvas.height)
    context.globalAlpha = light
    if (picture.complete && picture.naturalWidth) {
      context.drawImage(
        picture, left * scale, top * scale, (right - left) * scale, (bottom - top) * scale)
    }
    context.globalAlpha = 1
  }

  function overlay(context, map) {
    const { grid: rows } = place.y
    const { grid: columns } = place.x
    small.width = columns
    small.height = rows
    const on = small.getContext('2d')
    const image = on.createImageData(columns, rows)
    let most = 0
    for (let i = 0; i < map.length; i++) if (map[i] > most) most = map[i]
    for (let i = 0; i < map.length; i++) {
      const part = map[i] / most
      const colour = TABLE[Math.round(255 * part)]
      image.data[4 * i] = colour[0]
      image.data[4 * i + 1] = colour[1]
      image.data[4 * i + 2] = colour[2]
      image.data[4 * i + 3] = 255 * Math.min(1, 0.15 + 1.1 * Math.sqrt(part))
    }
    on.putImageData(image, 0, 0)
    context.imageSmoothingEnabled = false
    context.drawImage(small, 0, 0, context.canvas.width, context.canvas.height)
    context.imageSmoothingEnabled = true
  }

  function prepared(name) {
    const { canvas } = panels[name]
    const scale = Math.max(1, Math.round(SHORT_SIDE / place.x.grid))
    if (canvas.width !== place.x.grid * scale || canvas.height !== place.y.grid * scale) {
      canvas.width = place.x.grid * scale
      canvas.height = place.y.grid * scale
    }
    return [canvas.getContext('2d'), scale]
  }

  function paintGaze() {
    const [context, scale] = prepared('gaze')
    xray(context, scale, 1)
    for (let k = 0; k < shown; k++) {
      const age = state.time - t[k]
      const fresh = playing ? Math.max(0, 1 - age / 1.2) : 0
      context.fillStyle = `rgb(255 ${170 + 80 * fresh} ${60 + 120 * fresh} / ${0.3 + 0.6 * fresh})`
      const at = [toGrid(place.x, x[k]) * scale, toGrid(place.y, y[k]) * scale]
      if (!fresh) {
        context.fillRect(at[0] - 2.5, at[1] - 2.5, 5, 5)
        continue
      }
      context.beginPath()
      context.arc(...at, 3 + 4 * fresh, 0, 2 * Math.PI)
      context.fill()
    }
  }

  function paint(what) {
    if (what.reference) {
      paintGaze()
      const [context, scale] = prepared('reference')
      xray(context, scale, 0.75)
      if (density) overlay(context, density)
    }
    if (what.own) {
      const [context, scale] = prepared('own')
      xray(context, scale, 0.75)
      overlay(context, own)
      placeHandles()
    }
    write()
  }

  // ---- the spots that are moved by hand

  const handles = state.spots.map((spot, k) => {
    const handle = html('button', { type: 'button', class: 'spot' }, String(k + 1))
    const move = (dx, dy) => {
      spot.x = Math.min(Math.max(spot.x + dx, 0), size[1] - 1)
      spot.y = Math.min(Math.max(spot.y + dy, 0), size[0] - 1)
      update({ own: true })
    }
    handle.addEventListener('keydown', event => {
      const step = event.shiftKey ? 200 : 50
      const by = {
        ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step],
      }[event.key]
      if (!by) return
      event.preventDefault()
      move(...by)
    })
    handle.addEventListener('pointerdown', event => {
      handle.setPointerCapture(event.pointerId)
      handle.focus()
      event.preventDefault()
    })
    handle.addEventListener('pointermove', event => {
      if (!handle.hasPointerCapture(event.pointerId)) return
      const box = panels.own.holder.getBoundingClientRect()
      spot.x = 0
      spot.y = 0
      move(toImage(place.x, (event.clientX - box.left) / box.width * place.x.grid),
        toImage(place.y, (event.clientY - box.top) / box.height * place.y.grid))
    })
    return handle
  })
  panels.own.holder.append(...handles)

  function placeHandles() {
    state.spots.forEach((spot, k) => {
      handles[k].style.left = `${100 * toGrid(place.x, spot.x) / place.x.grid}%`
      handles[k].style.top = `${100 * toGrid(place.y, spot.y) / place.y.grid}%`
      const words = [spot.x / size[1], spot.y / size[0]].map(v => `${Math.round(100 * v)} %`)
      const where = `${words[0]} from the left, ${words[1]} from the top`
      handles[k].setAttribute('aria-label', `Spot ${k + 1}: ${where}; arrow keys`)
    })
  }

  // ---- scores

  const METERS = {
    kld: { name: 'KLD ↓', most: 2.5, perfect: 0, unit: ' nats' },
    cc: { name: 'CC ↑', most: 1, perfect: 1, unit: '' },
    hs: { name: 'HS ↑', most: 1, perfect: 1, unit: '' },
  }
  const meters = Object.entries(METERS).map(([key, { name }]) => {
    const meter = {
      key, value: html('output'), bar: html('i'), tick: html('b', { title: 'the uniform map' }),
    }
    meter.element = html('div', { class: 'score' }, html('span', {}, name), meter.value,
      html('div', { class: 'track', 'aria-hidden': 'true' }, meter.bar, meter.tick))
    return meter
  })

  function write() {
    for (const { key, value, bar, tick } of meters) {
      const { most, unit } = METERS[key]
      const share = v => `${100 * Math.min(Math.max(v / most, 0), 1)}%`
      value.textContent = Number.isFinite(result[key]) ? result[key].toFixed(3) + unit : '–'
      bar.style.width = Number.isFinite(result[key]) ? share(result[key]) : '0'
      const floor = result.uniform[key]
      tick.style.display = Number.isFinite(floor) ? '' : 'none'
      tick.style.left = share(floor)
    }
    said.textContent = SAID[state.preset]
  }

  function update(what) {
    compute(what)
    paint(what)
  }

  // ---- controls

  const clock = slider({
    label: 'Time', min: 0, max: Math.ceil(end * 10) / 10, step: 0.1, value: end,
    show: v => `${v.toFixed(1)} s, ${shown} samples`,
    change: v => {
      playing = false
      play.textContent = 'Replay'
      state.time = v
      update({ reference: true })
      clock.value = v
    },
  })
  const play = button('Replay', () => {
    playing = !playing
    play.textContent = playing ? 'Pause' : 'Replay'
    if (playing && state.time >= end) state.time = 0
    last = 0
    run()
  })
  const run = animation(figure, now => {
    if (!playing) return false
    if (last) state.time = Math.min(state.time + (now - last) / 1000, end)
    last = now
    if (state.time >= end) {
      playing = false
      play.textContent = 'Replay'
    }
    update({ reference: true })
    clock.value = state.time
    return playing
  })
  const kernel = slider({
    label: 'σ of a sample', min: NARROWEST, max: 200, step: 0.5, value: state.sigma,
    show: v => `${v.toFixed(1)} px of the X-ray`,
    change: v => {
      state.sigma = v
      update({ reference: true })
    },
  })
  const width = slider({
    label: 'σ of your spots', min: 80, max: 600, step: 5, value: state.spotSigma,
    show: v => `${v} px`,
    change: v => {
      state.spotSigma = v
      update({ own: true })
    },
  })
  const even = slider({
    label: 'Share spread evenly', min: 0.01, max: 0.9, step: 0.01, value: state.floor,
    show: v => `${Math.round(100 * v)} %`,
    change: v => {
      state.floor = v
      update({ own: true })
    },
  })
  const preset = choice({
    label: 'Preset', value: state.preset,
    options: { paper: 'paper', released: 'released', clean: 'clean' },
    change: name => {
      state.preset = name
      lay()
      update({ reference: true, own: true })
    },
  })
  const grid = choice({
    label: 'Grid', value: state.grid,
    options: Object.fromEntries(Object.keys(GRIDS).map(k => [k, k.replace('x', '×')])),
    change: name => {
      state.grid = name
      lay()
      update({ reference: true, own: true })
    },
  })
  const said = html('p', { class: 'said' })

  figure.append(
    html('div', { class: 'maps' }, ...Object.values(panels).map(p => p.element)),
    html('div', { class: 'row' }, play, clock.element, kernel.element),
    html('div', { class: 'scores' }, ...meters.map(m => m.element)),
    html('div', { class: 'row' }, width.element, even.element),
    html('div', { class: 'row' }, preset.element, grid.element),
    said,
    html('figcaption', {},
      'A phantom and the samples of its reader. Each sample becomes a Gaussian; together they are ',
      'the density that a network has to predict. Move the three spots: how near can you come? ',
      'The small mark is the score of the uniform map.'))
  lay()
  picture.onload = () => update({ reference: true, own: true })
  picture.src = new URL('case.png', mtunet.home).href
  update({ reference: true, own: true })
  clock.value = end
  return {
    state, samples,
    set(changes) {
      Object.assign(state, changes)
      lay()
      update({ reference: true, own: true })
      clock.value = state.time
      return { ...result, density, own }
    },
  }
}

mtunet.kit.mount('gaze', mtunet.gaze)
