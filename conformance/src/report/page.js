// The page's two conveniences: finding cases, and blinking between two pictures.

const only = document.getElementById("only");
const filter = document.getElementById("filter");

function choose() {
  for (const row of [...document.getElementById("matrix").rows].slice(1)) {
    const named = row.cells[0].textContent.includes(filter.value.trim());
    const notable = row.querySelector("a") !== null;
    row.hidden = !named || (only.checked && !notable);
  }
}
only.addEventListener("change", choose);
filter.addEventListener("input", choose);

for (const button of document.querySelectorAll(".pictures button")) {
  const [expected, found] = ["expected", "found"].map((name) => button.parentElement.querySelector(`.${name} img`));
  const [golden, other] = [expected?.src, found?.src];
  let timer = 0;
  button.addEventListener("click", () => {
    if (timer) {
      clearInterval(timer);
      timer = 0;
      expected.src = golden;
      button.textContent = "blink";
      return;
    }
    button.textContent = "stop";
    timer = setInterval(() => { expected.src = expected.src === golden ? other : golden; }, 400);
  });
}
