// Appendix A's circle: two losses, their sigmas on the way to rest, the weights that follow.
'use strict'

mtunet.circle = figure => {
  const { html, svg, slider, choice, button, drawing, scale, axes } = mtunet.kit
  const { dragging, animation, points, format, power, still } = mtunet.kit
  const { Circle, PRESETS, sigmaAtRest } = mtunet.numbers
  const TASKS = ['saliency', 'classification']
  const LOSS = [0.004, 6]
  const STEPS_A_FRAME = 20
  const REMEMBERED = 300

  const losses = { saliency: 0.15, classification: Math.log(3) }
  let settings = { scheme: 'mtls1', optimizer: 'adam', rate: 1e-3, factor: 1, constant: false }
  let circle = new Circle(settings)
  let history = []
  let falling = false
  let quiet = 0

  // ---- controls

  const sliders = {}
  for (const task of TASKS) {
    sliders[task] = slider({
      label: `Loss of ${task}`, min: Math.log10(LOSS[0]), max: Math.log10(LOSS[1]), step: 0.005,
      value: Math.log10(losses[task]), colour: task, show: v => `${format(10 ** v)} nats`,
      change: v => setLoss(task, 10 ** v),
    })
  }
  const preset = choice({
    label: 'As in preset', value: '',
    options: { paper: 'paper', released: 'released', clean: 'clean' },
    change: name => {
      scheme.value = 'mtls3'
      rate.value = Math.log10(PRESETS[name].rate)
      const { rate: own, factor, constant } = PRESETS[name]
      again({ rate: own, factor, constant, scheme: 'mtls3' })
    },
  })
  const scheme = choice({
    label: 'Learned σ', value: settings.scheme,
    options: { mtls1: 'both (Eq. 1)', mtls2: 'saliency (Eq. 4)', mtls3: 'classification (Eq. 5)' },
    change: name => {
      preset.value = ''
      again({ scheme: name, factor: 1, constant: false })
    },
  })
  const optimizer = choice({
    label: 'Optimiser', value: settings.optimizer,
    options: { sgd: 'gradient descent', adam: 'Adam' }, change: name => again({ optimizer: name }),
  })
  const rate = slider({
    label: 'Rate of σ', min: -4, max: -2, step: 0.25, value: Math.log10(settings.rate),
    show: v => power(10 ** v),
    change: v => {
      preset.value = ''
      again({ rate: 10 ** v, factor: 1, constant: false })
    },
  })
  const fall = button('Let both losses fall', () => {
    falling = !falling
    fall.textContent = falling ? 'Hold the losses' : 'Let both losses fall'
    fall.setAttribute('aria-pressed', falling)
    wake()
  })
  fall.setAttribute('aria-pressed', 'false')
  const restart = button('σ = 1 again', () => again({}))

  function again(changes) {
    settings = { ...settings, ...changes }
    circle = new Circle(settings)
    history = []
    curves()
    wake()
  }

  function setLoss(task, value) {
    losses[task] = Math.min(Math.max(value, LOSS[0]), LOSS[1])
    sliders[task].value = Math.log10(losses[task])
    wake()
  }

  // ---- the plane of losses and sigmas

  const parts = {}
  let x, y, phase
  const plane = drawing(310, 'Where each sigma is, over its loss, and the curve on which it rests',
    (width, height) => {
      const box = { left: 44, right: width - 10, top: 26, bottom: height - 44 }
      x = scale(LOSS, [box.left, box.right], true)
      y = scale([0.1, 4.6], [box.bottom, box.top], true)
      phase = box
      plane.replaceChildren(axes({
        ...box, x, y, xLabel: 'loss L (nats); drag the lines', yLabel: 'σ',
        xTicks: [[0.01, '0.01'], [0.1, '0.1'], [1, '1']],
        yTicks: [[0.1, '0.1'], [0.2, '0.2'], [0.5, '0.5'], [1, '1'], [2, '2'], [4, '4']],
      }))
      parts.curve = svg('path', { class: 'rest' })
      parts.half = svg('path', { class: 'rest half' })
      parts.name = svg('text', { class: 'name', x: x(0.035), y: y(0.26) }, 'σ at rest (Eq. 8)')
      plane.append(parts.curve, parts.half, parts.name)
      for (const task of TASKS) {
        const letter = svg('text', { 'text-anchor': 'middle', y: box.top + 4.5 }, task[0])
        parts[task] = {
          line: svg('line', { class: 'level', y1: box.top, y2: box.bottom }),
          trail: svg('polyline', { class: 'trail' }),
          ring: svg('circle', { class: 'ring', r: 8 }),
          dot: svg('circle', { class: 'dot', r: 5.5 }),
          grip: svg('circle', { class: 'grip', r: 11, cy: box.top }),
          letter,
        }
        plane.append(svg('g', { class: task }, ...Object.values(parts[task])))
      }
      curves()
      draw()
    })
  plane.classList.add('movable')

  function curves() {
    if (!x) return
    const path = factor => {
      const pairs = []
      for (let k = 0; k <= 90; k++) {
        const loss = LOSS[0] * (LOSS[1] / LOSS[0]) ** (k / 90)
        pairs.push([x(loss), y(sigmaAtRest(loss, factor))])
      }
      return `M${points(pairs)}`
    }
    parts.curve.setAttribute('d', path(1))
    parts.half.setAttribute('d', settings.factor === 1 ? '' : path(settings.factor))
  }

  let held
  dragging(plane, (px, py) => {
    const far = TASKS.map(task => Math.abs(x(losses[task]) - px))
    held = far[0] <= far[1] ? 'saliency' : 'classification'
    if (Math.min(...far) > 30) return false
    setLoss(held, x.inverse(px))
  }, px => setLoss(held, x.inverse(px)))

  // ---- the weights over the steps

  let timeBox, weightScale
  const lines = {}
  const course = drawing(310, 'The weights of both tasks over the last steps',
    (width, height) => {
      timeBox = { left: 44, right: width - 10, top: 26, bottom: height - 44 }
      weightScale = scale([0.03, 60], [timeBox.bottom, timeBox.top], true)
      course.replaceChildren(axes({
        ...timeBox, x: v => v, y: weightScale, xTicks: [], yLabel: 'weight 1/σ²',
        xLabel: `the last ${(REMEMBERED * STEPS_A_FRAME).toLocaleString('en')} steps`,
        yTicks: [[0.1, '0.1'], [1, '1'], [10, '10']],
      }))
      for (const task of TASKS) {
        lines[task] = {
          rest: svg('polyline', { class: 'target' }), path: svg('polyline', { class: 'course' }),
          end: svg('circle', { class: 'dot', r: 4.5 }),
        }
        course.append(svg('g', { class: task }, ...Object.values(lines[task])))
      }
      draw()
    })

  // ---- numbers

  const cells = {}
  const rows = TASKS.map(task => {
    cells[task] = Array.from({ length: 5 }, () => html('td'))
    return html('tr', { class: task }, html('th', { scope: 'row' }, task), ...cells[task])
  })
  const heads = ['task', 'loss', 'σ', 'σ at rest', 'weight', 'weight at rest']
  const table = html('table', {},
    html('thead', {}, html('tr', {}, ...heads.map(text => html('th', { scope: 'col' }, text)))),
    html('tbody', {}, ...rows))

  function state(task) {
    const rest = circle.rest(task, losses[task])
    const factor = circle.factorOf(task)
    return {
      sigma: circle.sigma(task), rest, weight: circle.weight(task),
      weightAtRest: Number.isNaN(rest) ? circle.weight(task) : factor / rest ** 2,
    }
  }

  // ---- a step, a picture

  function advance() {
    const before = TASKS.map(task => circle.sigma(task))
    for (let k = 0; k < STEPS_A_FRAME; k++) {
      if (falling) {
        for (const task of TASKS) losses[task] = Math.max(losses[task] * 0.9995, LOSS[0] * 1.5)
      }
      circle.step(losses)
    }
    if (falling) for (const task of TASKS) sliders[task].value = Math.log10(losses[task])
    const now = task => [task, { ...state(task), loss: losses[task] }]
    history.push(Object.fromEntries(TASKS.map(now)))
    if (history.length > REMEMBERED) history.shift()
    const moved = TASKS.some((task, i) => Math.abs(circle.sigma(task) / before[i] - 1) > 1e-5)
    quiet = moved || (falling && losses.saliency > LOSS[0] * 1.5) ? 0 : quiet + 1
    draw()
    return quiet < REMEMBERED
  }

  function draw() {
    if (!x || !timeBox) return
    const clamp = (value, scaleOf, box) => Math.min(Math.max(scaleOf(value), box.top), box.bottom)
    const at = k => timeBox.right - (history.length - 1 - k) / (REMEMBERED - 1)
      * (timeBox.right - timeBox.left)
    for (const task of TASKS) {
      const { sigma, rest, weight, weightAtRest } = state(task)
      const px = x(losses[task])
      const part = parts[task]
      part.line.setAttribute('x1', px)
      part.line.setAttribute('x2', px)
      part.grip.setAttribute('cx', px)
      part.letter.setAttribute('x', px)
      part.dot.setAttribute('cx', px)
      part.dot.setAttribute('cy', clamp(sigma, y, phase))
      part.dot.classList.toggle('fixed', Number.isNaN(rest))
      part.ring.setAttribute('cx', px)
      part.ring.setAttribute('cy', Number.isNaN(rest) ? -20 : clamp(rest, y, phase))
      const way = history.slice(-120).map(h => [x(h[task].loss), clamp(h[task].sigma, y, phase)])
      part.trail.setAttribute('points', points(way))
      const line = lines[task]
      line.path.setAttribute('points',
        points(history.map((h, k) => [at(k), clamp(h[task].weight, weightScale, timeBox)])))
      line.rest.setAttribute('points',
        points(history.map((h, k) => [at(k), clamp(h[task].weightAtRest, weightScale, timeBox)])))
      line.end.setAttribute('cx', timeBox.right)
      line.end.setAttribute('cy', clamp(weight, weightScale, timeBox))
      const words = [losses[task], sigma, rest, weight, Number.isNaN(rest) ? NaN : weightAtRest]
      words.forEach((value, k) => { cells[task][k].textContent = format(value) })
    }
  }

  const run = animation(figure, advance)
  function wake() {
    quiet = 0
    draw()
    run()
  }

  figure.append(
    html('div', { class: 'row' }, preset.element, scheme.element, optimizer.element),
    html('div', { class: 'plots' }, plane, course),
    html('div', { class: 'row' }, sliders.saliency.element, sliders.classification.element),
    html('div', { class: 'row' }, rate.element, fall, restart),
    table,
    html('figcaption', {},
      'Rings: where σ rests for the loss (Eq. 8). Dots: where σ is, one training step after ',
      'another. Dashed: the weight at rest. A preset sets the equation, the rate, and in ',
      '“released” the factor ½ on the loss of saliency (its own, dashed curve).'))
  if (still) {
    for (let k = 0; k < 400; k++) advance()
  }
  wake()
  return { circle: () => circle, losses, setLoss, draw, advance }
}

mtunet.kit.mount('circle', mtunet.circle)
