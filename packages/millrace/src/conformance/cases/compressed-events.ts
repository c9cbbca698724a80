/**
 * Three pieces of one compressed stream, flushed behind each event: `Hel`, then `lo`, then the finish and
 * `[DONE]`. Made by Node's own compressors, as base64.
 */
export const COMPRESSED_EVENTS: Readonly<Record<"gzip" | "deflate" | "br" | "zstd", readonly string[]>> = {
  gzip: [
    "H4sIAAAAAAACAyzMQQrCMBAF0H1PIX8di93OCbyDiMTJSKKTSWmnIJTcXQpu3+Kl6JFOO0oCgXN0rrOeJwS051vY/zpyq7OKl2Yj580+COBFoksCTQG1JVEQ6uG5FZYVdNtRLMkXdAlIoh5BO7iZix3xVRQ94FWsrPmxSFybgWxT7fc+DD8AAAD//w==",
    "LMxBCsJADAXQvaeQvx6L3eYqIjJmIjOaSUqbglB6dym4fYtXcmQ6b2gFBK45uE96GZHgz7dw/HVg75NKNLeB62ofJPAsOaSAxoTuRRSEfnj1xrKAbhuaFfmCrglFNDJoA7uF2BGrY094NWtLfcySFzeQrar7fT+dfgAAAP//",
    "Lc6xCsIwEAbgPU8h/xyLXW/WVR+gFImXk0STXGkiCCXvLorrN33eNUe7DdGDwME1zkvaj7DQ20O4/XVgzUuSFrUMHF7lCQtexTXxoNEiq5cEQv560MhSQdOGWLy8QQcLL6k50NYt7rHEGq6ruKoFhNp0QZ+7Mf63mY6X82k25gOTjxsB0QEAAA==",
  ],
  deflate: [
    "eNoszEEKwjAQBdB9TyF/HYvdzgm8g4jEyUiik0lppyCU3F0Kbt/ipeiRTjtKAoFzdK6znicEtOdb2P86cquzipdmI+fNPgjgRaJLAk0BtSVREOrhuRWWFXTbUSzJF3QJSKIeQTu4mYsd8VUUPeBVrKz5sUhcm4FsU+33Pgw/AAAA//8=",
    "LMxBCsJADAXQvaeQvx6L3eYqIjJmIjOaSUqbglB6dym4fYtXcmQ6b2gFBK45uE96GZHgz7dw/HVg75NKNLeB62ofJPAsOaSAxoTuRRSEfnj1xrKAbhuaFfmCrglFNDJoA7uF2BGrY094NWtLfcySFzeQrar7fT+dfgAAAP//",
    "Lc6xCsIwEAbgPU8h/xyLXW/WVR+gFImXk0STXGkiCCXvLorrN33eNUe7DdGDwME1zkvaj7DQ20O4/XVgzUuSFrUMHF7lCQtexTXxoNEiq5cEQv560MhSQdOGWLy8QQcLL6k50NYt7rHEGq6ruKoFhNp0QZ+7Mf63mY6X82k25gP29Jkt",
  ],
  br: [
    "C00AQIyEcuOysh2UMB6EwNxSPcv3+GpIhi5iuILiLxbTsXVYFPrqyR5ytr1JqqQIhGZ04JShRJhl4hcJ5hS6a8crd2lvHbIswfxLiNxUzu+5pVaTo9aBJloYvnTTwsfIK0mH+WY+qodQ3c5pAFj/+s0A",
    "yASAX4rtragJrAjQpA3LAA==",
    "sQmAXhEqvRVEtrrABhy4B5hpsqheR18JcNDzJVbkW6Ms2QE=",
  ],
  zstd: [
    "KLUv/QBY1AMAQkkcG3Bp2+z05cPLdhUTQrqqgWiu8OHQNl4QKCg0AYbRFBrVZe/LDaViUG3tQvw01xz83pu9jGfuqDXTj+C+yLTrDOHeEhcr/Dn7XTMx+0HuKRulgj9X7KLwWF6dmjDGozETB/45EtCEYSOFv6d1BnCoUQoBAMhsPgE=",
    "ZAAAEGxvAgAdYzB7UhME",
    "3QAAeGQic3RvcCJbRE9ORV0KCgMAETPqYTxoKbgC",
  ],
};
