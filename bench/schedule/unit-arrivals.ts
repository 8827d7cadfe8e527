// A model of arrivals at a rate of one per second; `RateCurve` stretches it to the rate that is asked for.

export interface UnitArrivals {
  /** The position of the next arrival; positions never fall. */
  next(): number;
}
