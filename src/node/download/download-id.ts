/** Bytes of a download's or a batch's id: enough that two never meet. */
export const ID_BYTES = 8
