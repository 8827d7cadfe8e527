// Student's t distribution: the quantiles that say how far a mean of few samples may stray.

const steps = 2000;

/** The value that a t with `degrees` degrees of freedom exceeds with probability 1 - share; share in (0.5, 1). */
export function studentQuantile(share: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (probabilityUpTo(high, degrees) < share && high < 1e6) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (probabilityUpTo(middle, degrees) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * By Simpson's rule on the angle of t = sqrt(degrees) tan(angle): there the density is a power of the cosine, and
 * the range is finite. The integral over half of it normalizes, so no gamma function is needed.
 */
function probabilityUpTo(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  return 0.5 + (0.5 * integral(angle, degrees)) / integral(Math.PI / 2, degrees);
}

function integral(to: number, degrees: number): number {
  const width = to / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.cos(i * width) ** (degrees - 1);
  }
  return (sum * width) / 3;
}
