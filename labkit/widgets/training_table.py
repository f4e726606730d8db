"""The training lab's table of runs, in the browser: headings sort, ticks overlay.

The page shows the trait ``table`` and sends what is clicked; what a click means is decided in Python. Rows
and headings are made anew with each change, and the focus is put back where it was. Nothing is fetched from
the network. Colours follow JupyterLab's theme where there is one.
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
  const root = make("div", "runs-table");
  root.tabIndex = -1;
  const empty = make("p", "empty", "No run on these pictures yet.");
  const table = make("table", "");
  const caption = make("caption", "", "Past runs; validation images only");
  const head = make("thead", "");
  const body = make("tbody", "");
  table.append(caption, head, body);
  root.append(empty, table);

  function heading({ key, words, numeric }, { column, descending }) {
    const cell = make("th", numeric ? "numeric" : "");
    cell.scope = "col";
    const sorted = key === column;
    if (sorted) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const button = make("button", "sort", words);
    button.type = "button";
    button.dataset.focus = `sort ${key}`;
    button.append(make("span", "arrow", sorted ? (descending ? "▾" : "▴") : ""));
    button.onclick = () => model.send({ do: "sort", column: key });
    cell.append(button);
    return cell;
  }

  function line({ run, label, colour, cells }, columns) {
    const row = make("tr", colour ? "ticked" : "");
    row.dataset.run = run;
    row.title = label;
    const first = make("td", "tick");
    const box = make("input", "box");
    box.type = "checkbox";
    box.checked = Boolean(colour);
    box.dataset.focus = `tick ${run}`;
    box.setAttribute("aria-label", `Draw the curves of run ${run}`);
    box.onchange = () => model.send({ do: "tick", run, on: box.checked });
    if (colour) box.style.accentColor = colour;
    first.append(box);
    row.append(first, ...cells.map((words, place) => {
      const cell = make("td", columns[place].numeric ? "numeric" : "", words);
      if (columns[place].key === "status") cell.classList.add(words);
      return cell;
    }));
    return row;
  }

  function show() {
    const { columns, rows, sort } = model.get("table");
    const focused = root.contains(document.activeElement) && document.activeElement.dataset.focus;
    const titles = make("tr", "");
    titles.append(make("td", "tick"), ...columns.map((column) => heading(column, sort)));
    head.replaceChildren(titles);
    body.replaceChildren(...rows.map((row) => line(row, columns)));
    empty.hidden = rows.length > 0;
    table.hidden = rows.length === 0;
    if (focused) {
      const again = root.querySelector(`[data-focus="${focused}"]`);
      if (again) again.focus({ preventScroll: true });
    }
  }

  model.on("change:table", show);
  show();
  el.append(root);
  return () => model.off("change:table", show);
}

export default { render };
"""

CSS = """
.runs-table {
  --ink: var(--jp-ui-font-color1, #1f2430);
  --muted: var(--jp-ui-font-color2, #667085);
  --ground: var(--jp-layout-color1, #ffffff);
  --soft: var(--jp-layout-color2, #f2f4f7);
  --edge: var(--jp-border-color2, #d5dae1);
  --focus: var(--jp-brand-color1, #2563a8);
  box-sizing: border-box; max-width: 900px; max-height: 262px; overflow: auto;
  border: 1px solid var(--edge); border-radius: 8px; background: var(--ground); color: var(--ink);
  font: 12px/1.3 var(--jp-ui-font-family, system-ui, sans-serif);
}
.runs-table [hidden] { display: none; }
.runs-table .empty { margin: 0; padding: 12px 14px; color: var(--muted); }
.runs-table table { width: 100%; margin: 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.runs-table caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.runs-table th, .runs-table td {
  padding: 4px 7px; border: 0; font-size: 12px; text-align: left; white-space: nowrap; background: none;
}
.runs-table thead th, .runs-table thead td {
  position: sticky; top: 0; z-index: 1; padding-top: 6px; padding-bottom: 6px;
  background: var(--soft); box-shadow: inset 0 -1px var(--edge);
}
.runs-table th .sort {
  padding: 0; border: 0; background: none; color: inherit; font: inherit; font-weight: 600;
  white-space: nowrap; cursor: pointer;
}
.runs-table .sort:focus-visible, .runs-table .box:focus-visible {
  outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px;
}
.runs-table .arrow { margin-left: 3px; color: var(--focus); }
.runs-table .arrow:empty { display: none; }
.runs-table .numeric { text-align: right; }
.runs-table tbody tr { border-top: 1px solid var(--soft); }
.runs-table tbody tr:hover { background: var(--soft); }
.runs-table .tick { width: 18px; padding-right: 0; }
.runs-table .box { margin: 0; vertical-align: middle; cursor: pointer; }
.runs-table .stopped, .runs-table .interrupted { color: var(--muted); }
.runs-table .diverged, .runs-table .failed { color: var(--jp-error-color1, #b42318); }
"""


class RunsTable(anywidget.AnyWidget):
    """A table whose headings and ticks send messages; see the module."""

    _esm = ESM
    _css = CSS
    # columns: key, words, numeric; rows: run, label, colour ("" when not ticked), cells;
    # sort: column, descending
    table = traitlets.Dict({"columns": [], "rows": [], "sort": {}}).tag(sync=True)
