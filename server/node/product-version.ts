/** The version that HELLO and INFO tell; a test holds it to package.json, which pure code cannot read. */
export const productVersion = '0.1.0';
