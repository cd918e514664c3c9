// A slider beside a number field (data-mirrors="its id"): both say the same; without a script only the field is there.
export function startSlides(piece) {
  for (const slide of piece.querySelectorAll?.("input[data-mirrors]") ?? []) {
    const field = document.getElementById(slide.dataset.mirrors);
    if (!field) continue;
    slide.hidden = false;
    slide.value = field.value;
    slide.addEventListener("input", () => {
      field.value = slide.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", () => {
      slide.value = field.value;
    });
  }
}
