import { expect, test } from 'vitest';
import { studentQuantile } from './student-t.js';

// From the tables in the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
test.each([
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 9, 2.262],
  [0.95, 5, 2.015],
  [0.975, 100, 1.984],
  [0.9, 4, 1.533],
])('the %d quantile with %d degrees of freedom is %d', (share, degrees, quantile) => {
  expect(studentQuantile(share, degrees)).toBeCloseTo(quantile, 3);
});
