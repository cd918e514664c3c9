// On a phone a row of chips scrolls sideways: the chosen one is brought into sight, so that one sees where one is.
export function startChips(piece) {
  for (const chosen of piece.querySelectorAll?.(".chips > [aria-current]") ?? []) {
    const row = chosen.parentElement;
    if (row.scrollWidth <= row.clientWidth) continue;
    const [mine, all] = [chosen.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += mine.left + mine.width / 2 - (all.left + all.width / 2);
  }
}
