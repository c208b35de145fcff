// The plateau rule with reset: a validation loss drawn by hand, and what each preset makes of it.
'use strict'

mtunet.plateau = figure => {
  const { html, svg, slider, choice, button, drawing, scale, axes, dragging } = mtunet.kit
  const { points, format, power } = mtunet.kit
  const { PRESETS, plateau } = mtunet.numbers
  const EPOCHS = 60
  const MOST = 1.2
  const RATE = 1e-3
  const MONITORED = {
    weighted: 'the weighted loss, σ in it', raw_sum: 'the plain sum of both losses',
  }

  // A wobble that is the same for every reader.
  const wobble = k => Math.sin(12.9898 * k) * 0.6 + Math.sin(4.1 * k + 1) * 0.4
  const SHAPES = {
    'over-fits': k =>
      0.55 + 0.5 * Math.exp(-k / 5) + 0.011 * Math.max(0, k - 14) + 0.02 * wobble(k),
    'flat and noisy': k => 0.5 + 0.55 * Math.exp(-k / 6) + 0.05 * wobble(k),
    'two plateaus': k => (k < 24 ? 0.72 : 0.42) + 0.4 * Math.exp(-(k % 24) / 4) * (k < 24 ? 1 : 0.7)
      + 0.012 * wobble(k),
    'first epoch best': k => 0.45 + 0.005 * k + 0.02 * (1 + wobble(k)) * (k > 0),
  }
  const made = shape => Array.from({ length: EPOCHS }, (_, k) => Math.max(0.02, SHAPES[shape](k)))

  let losses = made('over-fits')
  const settings = { patience: 4, reset: 'all', rate: RATE }
  let results = {}

  function compute() {
    results = {}
    for (const [name, preset] of Object.entries(PRESETS)) {
      results[name] = plateau(losses, { ...settings, firstEpoch: preset.firstEpoch })
    }
  }

  // ---- the drawing

  let x, y, box
  const LANE = 62
  const TOP = 220
  const picture = drawing(TOP + 3 * LANE + 46, 'The drawn validation loss, and below it for each '
    + 'preset the rate, the resets and the kept epoch', (width, height) => {
    box = { left: 44, right: width - 12, top: 26, bottom: TOP - 6, width, height }
    x = scale([1, EPOCHS], [box.left + 8, box.right - 4])
    y = scale([0, MOST], [box.bottom, box.top])
    draw()
  })
  picture.classList.add('movable')

  function lane(name, index) {
    const { rows, kept, why } = results[name]
    const top = TOP + 14 + index * LANE
    const bottom = top + LANE - 16
    const at = scale([settings.rate * 1e-4, settings.rate], [bottom, top + 6], true)
    const group = svg('g', { class: `lane ${name}` })
    const half = (x(2) - x(1)) / 2
    const last = rows[rows.length - 1]
    group.append(
      svg('text', { x: 2, y: top + 2, class: 'name' }, name),
      svg('line', { class: 'floor', x1: box.left, x2: box.right, y1: bottom, y2: bottom }),
      svg('rect', { class: 'over', x: x(last.epoch) + half, y: top - 2,
        width: Math.max(0, box.right - x(last.epoch) - half), height: bottom - top + 2 }))
    const steps = [[x(1) - half, at(settings.rate)]]
    let before = settings.rate
    for (const { epoch, rate } of rows) {
      if (rate !== before) steps.push([x(epoch) + half, at(before)], [x(epoch) + half, at(rate)])
      before = rate
    }
    steps.push([x(last.epoch) + half, at(before)])
    group.append(svg('polyline', { class: 'rate', points: points(steps) }))
    if (PRESETS[name].sigmaOwn) {
      group.append(svg('line', { class: 'own', x1: x(1) - half, x2: x(last.epoch) + half,
        y1: at(settings.rate) - 3, y2: at(settings.rate) - 3 }),
      svg('text', { class: 'sigma', x: x(last.epoch) + half + 5, y: at(settings.rate) + 2 }, 'σ'))
    }
    let best = 0
    for (const row of rows) {
      if (row.best) best = row.epoch
      if (!row.reset) continue
      const from = x(row.epoch)
      const to = x(best)
      const rise = Math.min(16, 5 + (from - to) / 12)
      const foot = bottom - 4
      const bow = `M${from},${foot}Q${(from + to) / 2},${foot - 2 * rise} ${to},${foot}`
      group.append(
        svg('path', { class: 'back', d: bow }),
        svg('path', { class: 'reset', d: `M${from - 5},${bottom - 9}h10l-5,9z` }))
    }
    group.append(svg('circle', { class: 'kept', cx: x(kept), cy: bottom, r: 5 }))
    if (why) {
      group.append(svg('line', { class: 'stop', x1: x(last.epoch) + half, x2: x(last.epoch) + half,
        y1: top - 2, y2: bottom + 3 }))
    }
    return group
  }

  function draw() {
    compute()
    if (!x) return
    const ticks = box.width > 500 ? [1, 10, 20, 30, 40, 50, 60] : [1, 20, 40, 60]
    picture.replaceChildren(axes({
      ...box, bottom: box.bottom, x, y, xLabel: '', yLabel: 'validation loss; draw it',
      xTicks: [], yTicks: [[0, '0'], [0.5, '0.5'], [1, '1']],
    }))
    const { rows, kept } = results.paper
    const over = losses.map((v, k) => [x(k + 1), y(v)])
    picture.append(
      svg('polyline', { class: 'later', points: points(over.slice(Math.max(0, rows.length - 1))) }),
      svg('polyline', { class: 'loss', points: points(over.slice(0, rows.length)) }))
    for (const row of rows) {
      if (row.best) {
        picture.append(svg('circle', { class: 'best', cx: x(row.epoch), cy: y(row.value), r: 3 }))
      }
    }
    picture.append(
      svg('line', { class: 'keptline', x1: x(kept), x2: x(kept), y1: y(losses[kept - 1]) + 7,
        y2: TOP + 3 * LANE - 2 }),
      svg('circle', { class: 'kept', cx: x(kept), cy: y(losses[kept - 1]), r: 6 }),
      svg('circle', { class: 'cursor', cx: x(cursor), cy: y(losses[cursor - 1]), r: 8 }))
    Object.keys(PRESETS).forEach((name, k) => picture.append(lane(name, k)))
    const foot = TOP + 3 * LANE + 8
    for (const epoch of ticks) {
      const where = { class: 'axis', x: x(epoch), y: foot + 8, 'text-anchor': 'middle' }
      picture.append(svg('text', where, String(epoch)))
    }
    picture.append(svg('text', { class: 'axis name', x: (box.left + box.right) / 2, y: foot + 28,
      'text-anchor': 'middle' }, 'epoch'))
    write()
  }

  // ---- drawing a loss

  let before = null
  const epochAt = px => Math.min(Math.max(Math.round(x.inverse(px)), 1), EPOCHS)
  const lossAt = py => Math.min(Math.max(y.inverse(py), 0.02), MOST)
  function put(px, py) {
    const epoch = epochAt(px)
    const value = lossAt(py)
    const [from, begin] = before || [epoch, value]
    const many = Math.abs(epoch - from)
    for (let k = 0; k <= many; k++) {
      const part = many ? k / many : 1
      losses[Math.round(from + (epoch - from) * part) - 1] = begin + (value - begin) * part
    }
    before = [epoch, value]
    setCursor(epoch)
    draw()
  }
  dragging(picture, (px, py) => {
    if (py > TOP + 6) return false
    before = null
    put(px, py)
  }, put, () => { before = null })

  // ---- controls

  let cursor = 15
  function setCursor(epoch) {
    cursor = epoch
    epochs.value = epoch
    level.value = losses[epoch - 1]
  }
  const epochs = slider({
    label: 'Epoch', min: 1, max: EPOCHS, step: 1, value: cursor, show: v => String(v),
    change: v => {
      setCursor(v)
      draw()
    },
  })
  const level = slider({
    label: 'Its loss', min: 0.02, max: MOST, step: 0.01, value: losses[cursor - 1], show: format,
    change: v => {
      losses[cursor - 1] = v
      draw()
    },
  })
  const patience = slider({
    label: 'Patience P', min: 1, max: 15, step: 1, value: settings.patience,
    show: v => `${v} epochs`,
    change: v => {
      settings.patience = v
      draw()
    },
  })
  const reset = choice({
    label: 'Back to the best', value: settings.reset,
    options: { all: 'all', net: 'weights alone', none: 'nothing' },
    change: v => {
      settings.reset = v
      draw()
    },
  })
  const shapes = Object.keys(SHAPES).map(shape => button(shape, () => {
    losses = made(shape)
    setCursor(cursor)
    draw()
  }))

  // ---- what came out, in words

  const cells = {}
  const body = Object.keys(PRESETS).map(name => {
    cells[name] = Array.from({ length: 5 }, () => html('td'))
    return html('tr', {}, html('th', { scope: 'row' }, name), ...cells[name])
  })
  const heads = ['preset', 'kept epoch', 'its loss', 'resets', 'last rate', 'end']
  const table = html('table', {},
    html('thead', {}, html('tr', {}, ...heads.map(text => html('th', { scope: 'col' }, text)))),
    html('tbody', {}, ...body))

  function write() {
    for (const [name, { rows, kept, keptLoss, why }] of Object.entries(results)) {
      const last = rows[rows.length - 1]
      const resets = rows.filter(row => row.reset).map(row => row.epoch)
      const words = [kept, keptLoss.toFixed(3), resets.length ? resets.join(', ') : 'none',
        power(last.rate), why ? `epoch ${last.epoch}: ${why}` : `not before epoch ${EPOCHS}`]
      words.forEach((text, k) => { cells[name][k].textContent = text })
    }
  }

  figure.append(
    html('div', { class: 'row shapes' }, html('span', {}, 'Begin with'), ...shapes),
    picture,
    html('div', { class: 'row' }, epochs.element, level.element, patience.element),
    html('div', { class: 'row' }, reset.element),
    html('div',
      { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'What each preset does' }, table),
    html('figcaption', {},
      'Lines: the rate, a tenth after each plateau. Triangles: resets, with the way back to the ',
      'best epoch. Green: the epoch that is kept. ',
      `“paper” and “released” monitor ${MONITORED.weighted}, “clean” ${MONITORED.raw_sum}; `,
      'its σ has a rate of its own, which stays (thin line). ',
      '“released” counts the first epoch as 0.'))
  compute()
  write()
  return {
    settings, get losses() { return losses }, get results() { return results },
    set(values) {
      losses = [...values]
      draw()
    },
  }
}

mtunet.kit.mount('plateau', mtunet.plateau)
