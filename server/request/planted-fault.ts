/**
 * Faults that a test can switch on in atomic requests, to see that its checker finds them. Nothing but a test
 * sets one.
 *
 * duplicate-answers   an answer counts although its vnode was counted before
 * no-write-back       a read answers before a majority holds what it found
 * one-phase           a write takes its version from the clock, without asking what is there
 * recoordinated       a write that is sent once more gets another version
 */
export type PlantedFault = 'duplicate-answers' | 'no-write-back' | 'one-phase' | 'recoordinated';
