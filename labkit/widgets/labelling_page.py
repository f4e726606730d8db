"""What the labelling widget runs in the browser: one module of JavaScript and its style sheet.

The module shows ``model.get("shown")`` and sends what is pressed; it decides nothing. Elements that a step
does not change are made once, so that the focus stays where it is. While the widget has the focus, plain
keys are kept from the notebook, where "x", the neighbour of "s", cuts the cell out; keys with Ctrl, Alt or
Meta are left to it. Nothing is fetched from the network. Colours follow JupyterLab's theme, where there
is one.
"""

ESM = """
function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

function button(name, words, ...keys) {
  const element = make("button", name);
  element.type = "button";
  element.append(make("span", "words", words), ...keys.map((key) => make("kbd", "key", key)));
  return element;
}

function put(image, jpeg, words) {
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
  image.alt = words;
}

function render({ model, el }) {
  const classes = model.get("classes");
  const colours = Object.fromEntries(classes.map(({ emotion, colour }) => [emotion, colour]));
  const root = make("section", "labelling");
  root.tabIndex = 0;
  root.setAttribute("aria-label", "Label faces");

  const picture = make("img", "face");
  const frame = make("div", "frame");
  frame.append(picture, make("p", "end"));

  const heading = make("div", "heading");
  const place = make("strong", "place");
  const file = make("span", "file");
  heading.append(place, file);

  const emotions = make("div", "emotions");
  for (const [number, { emotion, colour }] of classes.entries()) {
    const choice = button("emotion", emotion, String(number + 1));
    choice.prepend(choice.lastChild);
    choice.append(make("span", "count"));
    choice.dataset.emotion = emotion;
    choice.style.setProperty("--colour", colour);
    choice.onclick = () => send("label", emotion);
    emotions.append(choice);
  }
  const skip = button("skip", "Skip", "s");
  const undo = button("undo", "Undo", "u", "Backspace");
  skip.onclick = () => send("skip");
  undo.onclick = () => send("undo");
  const tools = make("div", "tools");
  tools.append(skip, undo);

  const bar = make("div", "bar");
  const tally = make("p", "tally");
  const hint = make("p", "hint");
  const side = make("div", "side");
  side.append(heading, emotions, tools, hint);

  const recent = make("div", "recent");
  const title = make("span", "title", "Labelled last");
  const compare = make("label", "compare");
  const box = make("input", "box");
  box.type = "checkbox";
  box.onchange = () => { model.set("compare", box.checked); model.save_changes(); };
  compare.append(box, make("span", "words"));
  const row = make("div", "row");
  row.append(title, compare);
  const strip = make("ol", "strip");
  recent.append(row, strip);

  const said = make("p", "said");
  said.setAttribute("role", "status");
  said.setAttribute("aria-live", "polite");
  const problem = make("p", "problem");
  problem.setAttribute("role", "alert");
  const notes = make("div", "notes");

  const main = make("div", "main");
  main.append(frame, side);
  root.append(problem, main, bar, tally, recent, notes, said);

  function send(what, emotion) {
    const face = model.get("shown").face;
    model.send({ do: what, emotion, file: face && face.file });
  }

  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key.length === 1 || key === "backspace") event.stopPropagation();
    const digit = /^Digit([1-9])$/.exec(event.code);  // where digits need Shift
    const chosen = classes[(Number(key) || Number(digit?.[1])) - 1];
    if (key === "enter" && event.repeat) event.preventDefault();  // a held key is one press of a button, too
    const what = chosen ? "label" : key === "s" ? "skip" : key === "u" || key === "backspace" ? "undo" : "";
    if (!what) return;
    event.preventDefault();
    if (!event.repeat) send(what, chosen && chosen.emotion);
  }

  function showFace({ face, place: at, total, can_undo, folder }) {
    root.classList.toggle("ended", !face);
    place.textContent = face ? `Face ${at} of ${total}` : "All done";
    file.textContent = face ? face.file : `${total} faces`;
    frame.lastChild.textContent = face ? "" : `No face is left. The labels are in ${folder}.`;
    if (face) put(picture, face.picture, `The face to label, ${face.file}`);
    for (const choice of [...emotions.children, skip]) choice.setAttribute("aria-disabled", !face);
    undo.setAttribute("aria-disabled", !can_undo);
  }

  function showProgress({ counts, skipped, unreadable, left, total }) {
    bar.replaceChildren();
    const parts = classes.map(({ emotion, colour }) => [emotion, counts[emotion], colour]);
    for (const [name, number, colour] of [...parts, ["left out", skipped + unreadable, ""]]) {
      const part = make("span", "part");
      part.style.width = `${(100 * number) / total}%`;
      part.style.background = colour;
      part.title = `${name}: ${number}`;
      bar.append(part);
    }
    for (const choice of emotions.children)
      choice.lastChild.textContent = counts[choice.dataset.emotion];
    const labelled = Object.values(counts).reduce((sum, number) => sum + number, 0);
    const words = [`${labelled} labelled`, `${skipped} skipped`, `${left} left`];
    if (unreadable) words.splice(2, 0, `${unreadable} unreadable`);
    tally.textContent = words.join(" · ");
  }

  function showRecent({ recent: faces, agreeing }) {
    const comparing = model.get("compare");
    box.checked = comparing;
    compare.hidden = !agreeing;
    if (agreeing) {
      const [same, all] = agreeing;
      const result = comparing && all ? `: the same for ${same} of ${all}` : "";
      compare.lastChild.textContent = `Compare with the automatic labels${result}`;
    }
    recent.hidden = !faces.length;
    for (const old of strip.querySelectorAll("img")) URL.revokeObjectURL(old.src);
    strip.replaceChildren(...faces.map(({ file: name, picture: jpeg, emotion, automatic }) => {
      const item = make("li", "labelled");
      item.style.setProperty("--colour", colours[emotion]);
      item.title = name;
      const small = make("img", "small");
      put(small, jpeg, "");
      item.append(small, make("span", "emotion-name", emotion));
      if (comparing && automatic) {
        const same = automatic === emotion;
        const words = same ? "✓ the same" : `≠ ${automatic}`;
        item.append(make("span", same ? "automatic" : "automatic differs", words));
      }
      return item;
    }));
  }

  function showWords({ said: words, problem: fault, notes: sentences }) {
    said.textContent = words;
    problem.textContent = fault;
    problem.hidden = !fault;
    notes.replaceChildren(...sentences.map((sentence) => make("p", "note", sentence)));
  }

  function show() {
    const shown = model.get("shown");
    showFace(shown);
    showProgress(shown);
    showRecent(shown);
    showWords(shown);
    showHint();
  }

  function showHint() {
    const keys = model.get("shown").face ? `Press 1–${classes.length} to label.` : "Press u to go back.";
    hint.textContent = root.matches(":focus-within") ? keys : "Click the face, then use the keys.";
  }

  root.addEventListener("keydown", press);
  root.addEventListener("focusin", showHint);
  root.addEventListener("focusout", () => requestAnimationFrame(showHint));
  main.addEventListener("click", (event) => { if (!event.target.closest("button")) root.focus(); });
  model.on("change:shown", show);
  model.on("change:compare", show);
  show();
  el.append(root);
  return () => {
    model.off("change:shown", show);
    model.off("change:compare", show);
  };
}

export default { render };
"""

CSS = """
.labelling {
  --ink: var(--jp-ui-font-color1, #1f2430);
  --muted: var(--jp-ui-font-color2, #667085);
  --ground: var(--jp-layout-color1, #ffffff);
  --soft: var(--jp-layout-color2, #f2f4f7);
  --edge: var(--jp-border-color2, #d5dae1);
  --focus: var(--jp-brand-color1, #2563a8);
  box-sizing: border-box;
  max-width: 760px;
  margin: 6px;
  padding: 20px;
  border: 1px solid var(--edge);
  border-radius: 12px;
  background: var(--ground);
  color: var(--ink);
  font: 14px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  outline: none;
}
.labelling:focus-within { border-color: var(--focus); box-shadow: 0 0 0 1px var(--focus); }
.labelling *, .labelling *::before { box-sizing: border-box; }
.labelling [hidden] { display: none; }
.labelling p, .labelling ol { margin: 0; padding: 0; }
.labelling .main { display: flex; flex-wrap: wrap; gap: 24px; }
.labelling .frame {
  display: grid; place-items: center; flex: none; width: 300px; height: 300px; max-width: 100%;
  overflow: hidden; border-radius: 10px; background: var(--soft);
}
.labelling .face { width: 300px; height: 300px; object-fit: contain; display: block; margin: 0; }
.labelling .end, .labelling.ended .face { display: none; }
.labelling.ended .end {
  display: block; padding: 20px; color: var(--muted); text-align: center; overflow-wrap: anywhere;
}
.labelling .side { display: flex; flex: 1 1 260px; flex-direction: column; gap: 12px; }
.labelling .heading { display: flex; align-items: baseline; justify-content: space-between; gap: 12px; }
.labelling .place { font-size: 18px; }
.labelling .file { color: var(--muted); font-size: 12px; overflow-wrap: anywhere; }
.labelling .emotions { display: grid; gap: 8px; }
.labelling button {
  display: flex; align-items: center; gap: 10px; padding: 9px 12px;
  border: 1px solid var(--edge); border-radius: 8px; background: var(--ground);
  color: inherit; font: inherit; cursor: pointer; transition: background 0.12s;
}
.labelling button:hover { background: var(--soft); }
.labelling button:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.labelling button[aria-disabled="true"] { opacity: 0.45; cursor: default; }
.labelling .emotion { border-left: 6px solid var(--colour); }
.labelling .emotion .words { flex: 1; text-align: left; font-size: 15px; }
.labelling .count { color: var(--muted); font-variant-numeric: tabular-nums; }
.labelling .key {
  min-width: 22px; padding: 1px 6px; border: 1px solid var(--edge); border-bottom-width: 2px;
  border-radius: 5px; background: var(--soft); color: var(--muted);
  font: 12px/1.4 var(--jp-code-font-family, monospace); text-align: center;
}
.labelling .tools { display: flex; gap: 8px; }
.labelling .tools button { flex: 1; justify-content: center; gap: 6px; padding: 6px 10px; }
.labelling .hint { margin-top: auto; color: var(--muted); font-size: 12px; }
.labelling .bar {
  display: flex; height: 8px; margin-top: 20px; overflow: hidden;
  border-radius: 4px; background: var(--soft);
}
.labelling .part { background: var(--muted); transition: width 0.2s; }
.labelling .tally { margin-top: 6px; color: var(--muted); font-size: 12px; }
.labelling .recent { margin-top: 16px; }
.labelling .row { display: flex; justify-content: space-between; gap: 12px; font-size: 12px; }
.labelling .title { font-weight: 600; }
.labelling .compare { display: flex; align-items: center; gap: 6px; color: var(--muted); cursor: pointer; }
.labelling .box { margin: 0; accent-color: var(--focus); }
.labelling .strip { display: flex; gap: 12px; margin-top: 8px; list-style: none; overflow: hidden; }
.labelling .labelled { display: flex; flex: none; flex-direction: column; width: 79px; font-size: 11px; }
.labelling .small {
  width: 79px; height: 79px; margin: 0 0 4px; object-fit: cover; background: var(--soft);
  border-bottom: 4px solid var(--colour); border-radius: 6px;
}
.labelling .automatic { color: var(--muted); }
.labelling .automatic.differs { color: inherit; font-weight: 600; }
.labelling .problem {
  margin-bottom: 14px; padding: 10px 12px; border-radius: 8px; background: #fdf0cd; color: #8a4b08;
}
.labelling .notes:not(:empty) { margin-top: 12px; }
.labelling .note { color: var(--muted); font-size: 12px; }
.labelling .said {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
"""
