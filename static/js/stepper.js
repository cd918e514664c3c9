// Fewer and more beside a number: <span class="step" data-stepper><button data-by="-1" hidden>…<input type="number">…
export function startSteppers(piece) {
  for (const step of piece.querySelectorAll?.("[data-stepper]") ?? []) {
    const field = step.querySelector("input");
    if (!field || step.dataset.ready) continue;
    step.dataset.ready = "yes";
    step.classList.add("ready");
    const buttons = [...step.querySelectorAll("button[data-by]")];
    const bound = () => {
      for (const button of buttons) {
        const edge = Number(button.dataset.by) < 0 ? field.min : field.max;
        button.disabled = edge !== "" && field.value === edge;
      }
    };
    for (const button of buttons) {
      button.hidden = false;
      button.addEventListener("click", () => {
        if (Number(button.dataset.by) < 0) field.stepDown();
        else field.stepUp();
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    field.addEventListener("input", bound);
    bound();
  }
}
