// The numbers behind the explorables: what the library computes, said again in JavaScript.
// nbs/checks/79_site.ipynb feeds both the same values and compares them.
'use strict'
window.mtunet = window.mtunet || {}

mtunet.numbers = (() => {
  // What the presets say of all this, at the scale of the paper (mtunet.config).
  const PRESETS = {
    paper: {
      rate: 1e-4, factor: 1, constant: false, // sigma's rate, factor on the loss of saliency, ln 2
      fit: 'letterbox', subtractMin: false, support: 'all',
      firstEpoch: 1, sigmaOwn: false, monitor: 'weighted',
    },
    released: {
      rate: 1e-4, factor: 0.5, constant: true,
      fit: 'stride5', subtractMin: true, support: 'all',
      firstEpoch: 0, sigmaOwn: false, monitor: 'weighted',
    },
    clean: {
      rate: 1e-3, factor: 1, constant: false,
      fit: 'letterbox', subtractMin: false, support: 'image',
      firstEpoch: 1, sigmaOwn: true, monitor: 'raw_sum',
    },
  }

  // ---- Appendix A: a loss, its sigma, its weight (mtunet.losses.tasks)

  const SCHEMES = {
    mtls1: ['saliency', 'classification'],
    mtls2: ['saliency'],
    mtls3: ['classification'],
  }

  // The positive root of s^3 - k s - k, with k = 2 factor L (Eq. 8); 0 for a loss of 0.
  function sigmaAtRest(loss, factor = 1) {
    const k = 2 * factor * loss
    if (k <= 0) return 0
    if (k < 27 / 4) {
      const u = Math.cbrt(k / 2 + Math.sqrt(Math.max(k * k / 4 - k ** 3 / 27, 0)))
      return u + k / (3 * u)
    }
    return 2 * Math.sqrt(k / 3) * Math.cos(Math.acos(Math.min(1.5 * Math.sqrt(3 / k), 1)) / 3)
  }

  // Two tasks under one scheme, trained step by step as create_balancer and torch.optim do it.
  class Circle {
    constructor({
      scheme = 'mtls3', optimizer = 'adam', rate = 1e-3, factor = 1, constant = false,
    }) {
      Object.assign(this, { scheme, optimizer, rate, factor, constant })
      this.steps = 0
      this.learned = {}
      for (const task of SCHEMES[scheme]) this.learned[task] = { theta: 0, mean: 0, square: 0 }
    }

    factorOf(task) {
      return task === 'saliency' ? this.factor : 1
    }

    sigma(task) {
      return task in this.learned ? Math.exp(this.learned[task].theta) : 1
    }

    weight(task) {
      return this.factorOf(task) / this.sigma(task) ** 2
    }

    // The sigma to which a learned one is drawn; NaN for a task whose sigma is fixed.
    rest(task, loss) {
      return task in this.learned ? sigmaAtRest(loss, this.factorOf(task)) : NaN
    }

    total(losses) {
      let sum = this.constant ? Math.log(2) * (2 - Object.keys(this.learned).length) : 0
      for (const task of ['saliency', 'classification']) {
        sum += this.weight(task) * losses[task]
        if (task in this.learned) sum += Math.log1p(this.sigma(task))
      }
      return sum
    }

    // One step of the optimiser on ln(sigma), whose gradient is sigma times Eq. 7.
    step(losses) {
      this.steps += 1
      for (const [task, own] of Object.entries(this.learned)) {
        const sigma = this.sigma(task)
        const gradient = -2 * this.factorOf(task) * losses[task] / sigma ** 2 + sigma / (sigma + 1)
        if (this.optimizer === 'sgd') {
          own.theta -= this.rate * gradient
          continue
        }
        own.mean += (gradient - own.mean) * 0.1
        own.square = 0.999 * own.square + 0.001 * gradient * gradient
        const length = this.rate / (1 - 0.9 ** this.steps)
        const root = Math.sqrt(own.square) / Math.sqrt(1 - 0.999 ** this.steps) + 1e-8
        own.theta -= length * own.mean / root
      }
    }
  }

  // ---- From gaze to density (mtunet.data.gaze)

  const REACH = 7.5 // cosines up to this omega * sigma; the rest adds less than 1e-12

  // Python's round: halves go to the even number.
  function roundHalfEven(value) {
    const low = Math.floor(value)
    if (value - low !== 0.5) return Math.round(value)
    return low % 2 ? low + 1 : low
  }

  const floor = value => Math.floor(value + 1e-9)

  function letterboxAxis(length, grid, scale) {
    const count = Math.min(Math.max(roundHalfEven(length * scale), 1), grid)
    const start = Math.floor((grid - count) / 2)
    return { length, grid, start, count, first: -0.5, step: length / count, area: true }
  }

  function strideAxis(length, grid, step) {
    const pad = Math.floor((step * grid - length) / 2)
    const inside = []
    for (let k = 0; k < grid; k++) {
      const pick = floor(step * k - pad)
      if (pick >= 0 && pick < length) inside.push(k)
    }
    const first = step * inside[0] - pad
    return { length, grid, start: inside[0], count: inside.length, first, step, area: false }
  }

  // How an image (rows, columns) lies on a grid (rows, columns).
  function frame(size, grid, fit, nominal) {
    if (fit === 'letterbox') {
      const scale = Math.min(grid[0] / size[0], grid[1] / size[1])
      const [y, x] = [0, 1].map(k => letterboxAxis(size[k], grid[k], scale))
      return { y, x }
    }
    const step = Math.max(
      5 * nominal[0] / 3056 * 640 / grid[0], 5 * nominal[1] / 2544 * 512 / grid[1])
    return { y: strideAxis(size[0], grid[0], step), x: strideAxis(size[1], grid[1], step) }
  }

  // From a coordinate of the image to one of the grid, whose pixels have edges at whole numbers;
  // and back.
  const middle = axis => axis.area ? 0 : 0.5 // a sampled pixel lies in the middle of its own
  const toGrid = (axis, p) => axis.start + (p - axis.first) / axis.step + middle(axis)
  const toImage = (axis, at) => axis.first + (at - middle(axis) - axis.start) * axis.step

  // How many cosines an axis of so many pixels needs for a kernel of this width.
  const terms = (length, sigma) => Math.floor(REACH * length / (Math.PI * sigma)) + 1

  // The cosines 0, 1, 2 ... of a sample at image coordinate p.
  function cosines(length, p, count) {
    const angle = Math.PI * (p + 0.5) / length
    const values = new Float64Array(count)
    for (let k = 0; k < count; k++) values[k] = Math.cos(k * angle)
    return values
  }

  // What each cosine gives each pixel of the grid: one row of cosines per pixel, in one array.
  function basis(axis, sigma, count) {
    const table = new Float64Array(axis.count * count)
    for (let k = 0; k < count; k++) {
      const omega = Math.PI * k / axis.length
      const half = omega * axis.step / 2
      const mean = axis.area && k ? Math.sin(half) / half : 1
      const share = (k ? 2 : 1) * axis.step / axis.length * mean
      const size = share * Math.exp(-0.5 * (omega * sigma) ** 2)
      for (let i = 0; i < axis.count; i++) {
        const at = axis.first + axis.step * (axis.area ? i + 0.5 : i)
        table[i * count + k] = size * Math.cos(omega * ((axis.area ? at : floor(at)) + 0.5))
      }
    }
    return table
  }

  // The product of two tables whose rows have `shared` numbers at the beginning of `stride`. Four
  // sums at once do not wait for each other.
  function product(left, leftRows, leftStride, right, rightRows, rightStride, shared) {
    const out = new Float64Array(leftRows * rightRows)
    for (let i = 0; i < leftRows; i++) {
      for (let j = 0; j < rightRows; j++) {
        const a = i * leftStride
        const b = j * rightStride
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0, k = 0
        for (; k + 3 < shared; k += 4) {
          s0 += left[a + k] * right[b + k]
          s1 += left[a + k + 1] * right[b + k + 1]
          s2 += left[a + k + 2] * right[b + k + 2]
          s3 += left[a + k + 3] * right[b + k + 3]
        }
        for (; k < shared; k++) s0 += left[a + k] * right[b + k]
        out[i * rightRows + j] = s0 + s1 + s2 + s3
      }
    }
    return out
  }

  // Samples summed once per pair of cosines. The sums hold for every kernel and every grid, so a
  // sample is added in one pass, and a new kernel or grid costs two products of matrices.
  class Samples {
    constructor(size, narrowest) {
      this.size = size
      this.rows = terms(size[0], narrowest)
      this.columns = terms(size[1], narrowest)
      this.sums = new Float64Array(this.rows * this.columns)
      this.weight = 0
    }

    add(x, y, weight) {
      const cy = cosines(this.size[0], y, this.rows)
      const cx = cosines(this.size[1], x, this.columns)
      for (let i = 0; i < this.rows; i++) {
        const part = weight * cy[i]
        const at = i * this.columns
        for (let j = 0; j < this.columns; j++) this.sums[at + j] += part * cx[j]
      }
      this.weight += weight
    }

    clear() {
      this.sums.fill(0)
      this.weight = 0
    }

    // The density on the grid of a frame, as single precision like the library's; sums to 1.
    density(place, sigma, subtractMin = false) {
      const ny = terms(this.size[0], sigma)
      const nx = terms(this.size[1], sigma)
      const { y, x } = place
      if (this.kept?.place !== place || this.kept.sigma !== sigma) {
        this.kept = { place, sigma, by: basis(y, sigma, ny), bx: basis(x, sigma, nx) }
      }
      const { by, bx } = this.kept
      // pixels of columns by cosines of rows, then pixels of rows by pixels of columns
      const half = product(bx, x.count, nx, this.sums, ny, this.columns, nx)
      const inside = product(by, y.count, ny, half, x.count, ny, ny)
      const map = new Float64Array(y.grid * x.grid)
      for (let r = 0; r < y.count; r++) {
        const from = inside.subarray(r * x.count, (r + 1) * x.count)
        map.set(from, (y.start + r) * x.grid + x.start)
      }
      return normalised(map, subtractMin)
    }
  }

  function normalised(map, subtractMin) {
    let total = 0
    let least = Infinity
    for (let i = 0; i < map.length; i++) {
      if (map[i] < 0) map[i] = 0 // rounding, far from all samples
      if (map[i] < least) least = map[i]
    }
    if (!subtractMin) least = 0
    for (let i = 0; i < map.length; i++) total += map[i] -= least
    const density = new Float32Array(map.length)
    for (let i = 0; i < map.length; i++) density[i] = map[i] / total
    return density
  }

  // ---- Scores of a density against the reference (mtunet.train.metrics)

  // 1 where the image is, 0 in the padding.
  function imageMask(place) {
    const mask = new Uint8Array(place.y.grid * place.x.grid)
    for (let r = 0; r < place.y.count; r++) {
      const at = (place.y.start + r) * place.x.grid + place.x.start
      mask.fill(1, at, at + place.x.count)
    }
    return mask
  }

  // KLD in nats, CC and HS of p against q, on the pixels of a mask (null: all).
  function scores(p, q, mask = null) {
    let n = 0, sumP = 0, sumQ = 0, mostP = 0, mostQ = 0
    for (let i = 0; i < q.length; i++) {
      if (mask && !mask[i]) continue
      n += 1
      sumP += p[i]
      sumQ += q[i]
      if (p[i] > mostP) mostP = p[i]
      if (q[i] > mostQ) mostQ = q[i]
    }
    let kld = 0, hs = 0, both = 0, varP = 0, varQ = 0
    for (let i = 0; i < q.length; i++) {
      if (mask && !mask[i]) continue
      const a = p[i] / sumP
      const b = q[i] / sumQ
      if (b > 0) kld += b * Math.log(b) - b * Math.log(a)
      hs += Math.min(a, b)
      const da = p[i] / mostP - sumP / mostP / n
      const db = q[i] / mostQ - sumQ / mostQ / n
      both += da * db
      varP += da * da
      varQ += db * db
    }
    const cc = both / (Math.sqrt(varP) * Math.sqrt(varQ))
    return { kld, cc: Math.max(-1, Math.min(1, cc)), hs }
  }

  // The map that a reader sets by hand: spots of one width, and a share of the uniform map.
  function handMap(spots, place, sigma, floorShare) {
    const samples = new Samples([place.y.length, place.x.length], sigma)
    for (const { x, y, weight } of spots) samples.add(x, y, weight)
    const map = samples.density(place, sigma)
    const each = floorShare / (place.y.count * place.x.count)
    const mask = imageMask(place)
    return map.map((value, i) => mask[i] ? (1 - floorShare) * value + each : 0)
  }

  // ---- The plateau rule with reset (mtunet.train.plateau)

  // Epoch by epoch, until the rule ends the training: loss, rate afterwards, whether the epoch
  // is the best so far, whether the weights went back to the best one.
  function plateau(losses, settings) {
    const {
      patience = 2, rate = 1e-3, threshold = 1e-4, reset = 'all', firstEpoch = 1,
      lowest = 1e-8, maxEpochs = 1000, stopAfter = 2 * patience + 3,
    } = settings
    let lr = rate
    let scheduler = { best: Infinity, bad: 0 }
    let best = { value: Infinity, epoch: 0, scheduler: null }
    const rows = []
    for (let epoch = 1; epoch <= losses.length; epoch++) {
      const value = losses[epoch - 1]
      const before = lr
      if (value < scheduler.best * (1 - threshold)) {
        scheduler.best = value
        scheduler.bad = 0
      } else {
        scheduler.bad += 1
      }
      if (scheduler.bad > patience) {
        lr = lr * 0.1
        scheduler.bad = 0
      }
      const isBest = value < best.value
      if (isBest) best = { value, epoch, scheduler: { ...scheduler } }
      const wasReset = lr < before && reset !== 'none'
      if (wasReset && reset === 'all') scheduler = { ...best.scheduler }
      rows.push({ epoch, value, rate: lr, best: isBest, reset: wasReset })
      const counted = best.epoch === 1 ? firstEpoch : best.epoch
      let why = ''
      if (epoch - counted >= stopAfter) why = `no better epoch in ${stopAfter}`
      else if (lr < lowest) why = 'rate below lr_min'
      else if (epoch >= maxEpochs) why = 'max_epochs'
      if (why) return { rows, kept: best.epoch, keptLoss: best.value, why }
    }
    return { rows, kept: best.epoch, keptLoss: best.value, why: '' }
  }

  return {
    PRESETS, sigmaAtRest, Circle, frame, toGrid, toImage, Samples, imageMask, scores, handMap,
    plateau,
  }
})()
