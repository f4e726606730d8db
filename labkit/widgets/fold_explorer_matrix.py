"""The fold explorer's confusion matrix, in the browser: every cell is a button.

The page shows the trait ``shown`` and sends which cell was pressed; what a press means is decided in Python.
The matrix is one stop of the tab key; inside it the arrow keys, Home and End move and Enter or Space press.
Each cell says aloud what it holds. Nothing is fetched from the network. Colours follow JupyterLab's theme
where there is one.
"""

import anywidget
import traitlets

ESM = """
function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

function render({ model, el }) {
  const root = make("div", "fold-cells");
  const table = make("table", "");
  const caption = make("caption", "");
  const head = make("thead", "");
  const body = make("tbody", "");
  table.setAttribute("role", "grid");
  table.append(caption, head, body);
  root.append(table);
  let here = [0, 0];  // the cell that the tab key reaches

  const button = ([row, column]) => root.querySelector(`[data-cell="${row} ${column}"]`);

  function go(row, column) {
    button(here).tabIndex = -1;
    here = [row, column];
    button(here).tabIndex = 0;
    button(here).focus();
  }

  function move(event) {
    const [row, column] = here;
    const last = model.get("shown").rows.length - 1;
    const steps = {
      ArrowLeft: [row, Math.max(0, column - 1)], ArrowRight: [row, Math.min(last, column + 1)],
      ArrowUp: [Math.max(0, row - 1), column], ArrowDown: [Math.min(last, row + 1), column],
      Home: [row, 0], End: [row, last],
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();  // JupyterLab's own keys must not move to another notebook cell
    go(...steps[event.key]);
  }

  function cell({ words, spoken, share, truth, answer }, row, column, chosen) {
    const box = make("td", "");
    const press = make("button", "cell", words);
    press.type = "button";
    press.dataset.cell = `${row} ${column}`;
    press.tabIndex = row === here[0] && column === here[1] ? 0 : -1;
    press.title = spoken;
    press.setAttribute("aria-label", spoken);
    press.setAttribute("aria-pressed", chosen);
    press.classList.toggle("right", row === column);
    press.classList.toggle("none", words === "0");
    press.classList.toggle("deep", share > 0.7);
    press.style.setProperty("--share", `${100 * share}%`);
    press.onfocus = () => { if (here.join() !== `${row},${column}`) go(row, column); };
    press.onclick = () => { go(row, column); model.send({ do: "pick", truth, answer }); };
    box.append(press);
    return box;
  }

  function line({ name, colour, recall, cells }, row, chosen) {
    const line = make("tr", "");
    const title = make("th", "truth", name);
    title.scope = "row";
    title.style.setProperty("--colour", colour);
    line.append(title, ...cells.map((one, column) =>
      cell(one, row, column, Boolean(chosen) && chosen[0] === row && chosen[1] === column)));
    line.append(make("td", "recall", recall));
    return line;
  }

  function show() {
    const { summary, rows, chosen } = model.get("shown");
    const focused = root.contains(document.activeElement);
    caption.textContent = summary;
    const titles = make("tr", "");
    titles.append(make("th", "corner", "true ↓  answer →"), ...rows.map(({ name }) => make("th", "", name)),
                  make("th", "recall", "recall"));
    for (const title of titles.children) title.scope = "col";
    head.replaceChildren(titles);
    body.replaceChildren(...rows.map((row, number) => line(row, number, chosen)));
    if (focused) button(here).focus({ preventScroll: true });
  }

  root.addEventListener("keydown", move);
  model.on("change:shown", show);
  show();
  el.append(root);
  return () => model.off("change:shown", show);
}

export default { render };
"""

CSS = """
.fold-cells {
  --ink: var(--jp-ui-font-color1, #1f2430);
  --muted: var(--jp-ui-font-color2, #667085);
  --soft: var(--jp-layout-color2, #f2f4f7);
  --deep: var(--jp-brand-color1, #2563a8);
  max-width: 640px; overflow-x: auto; padding: 2px; color: var(--ink);
  font: 12px/1.3 var(--jp-ui-font-family, system-ui, sans-serif);
}
.fold-cells table { margin: 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.fold-cells caption {
  caption-side: top; padding: 0 0 6px; text-align: left; color: inherit; font-size: 13px;
}
.fold-cells tr, .fold-cells tr:hover { background: none; }
.fold-cells th, .fold-cells td {
  padding: 1px; border: 0; background: none; font-size: 12px; text-align: center; white-space: nowrap;
}
.fold-cells th { padding: 1px 4px; font-weight: 600; }
.fold-cells th.corner { color: var(--muted); font-weight: 400; text-align: left; }
.fold-cells th.truth { padding-right: 10px; text-align: left; }
.fold-cells th.truth::before {
  content: ""; display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px;
  background: var(--colour);
}
.fold-cells .recall { padding-left: 10px; text-align: right; color: var(--muted); font-weight: 400; }
.fold-cells .cell {
  min-width: 54px; width: 100%; height: 24px; padding: 0; border: 1px solid transparent; border-radius: 3px;
  background: color-mix(in srgb, var(--deep) var(--share), var(--soft));
  color: inherit; font: inherit; cursor: pointer;
}
.fold-cells .cell.right { border-color: var(--muted); }
.fold-cells .cell.none { color: var(--muted); }
.fold-cells .cell.deep { color: #ffffff; }
.fold-cells .cell[aria-pressed="true"] { box-shadow: 0 0 0 2px var(--ink); font-weight: 700; }
.fold-cells .cell:focus-visible { outline: 2px solid var(--deep); outline-offset: 2px; }
"""


class FoldMatrix(anywidget.AnyWidget):
    """A confusion matrix whose cells send messages; see the module."""

    _esm = ESM
    _css = CSS
    # summary: a sentence; chosen: [row, column] or None; rows, one a true class: name, colour, recall (in
    # words), cells, one an answer: words, spoken, share (of the row, 0–1), truth, answer
    shown = traitlets.Dict({"summary": "", "chosen": None, "rows": []}).tag(sync=True)
