// A summary of errors takes the focus when it appears, so that nobody has to look for it.
export function startFocus(piece) {
  const target = piece.matches?.("[data-focus]") ? piece : piece.querySelector?.("[data-focus]");
  target?.focus({ preventScroll: false });
}
