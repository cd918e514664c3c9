// How many characters are left in a textarea with data-limit; spoken only when it gets tight.
const TIGHT = 20;

export function startCounters(piece) {
  for (const output of piece.querySelectorAll?.("[data-counter-for]") ?? []) {
    const field = document.getElementById(output.dataset.counterFor);
    if (!field || output.dataset.ready) continue;
    output.dataset.ready = "yes";
    const limit = Number(field.dataset.limit);
    const tell = () => {
      const left = limit - [...field.value].length;
      output.textContent = (left < 0 ? output.dataset.over : output.dataset.left).replace("#", Math.abs(left));
      output.classList.toggle("over", left < 0);
      output.setAttribute("aria-live", left <= TIGHT ? "polite" : "off");
    };
    field.addEventListener("input", tell);
    tell();
  }
}
