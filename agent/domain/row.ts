/** GStreamer pads rows to multiples of four bytes, those of the colours too: where width is a multiple of this, nothing is padded. */
export const GSTREAMER_WIDTH_STEP = 8;
