"""What the camera widget runs in the browser: one module of JavaScript and its style sheet.

The camera runs between Start and Stop only, and stops by itself when the widget leaves the page, a picture
cannot be judged, or Python is silent for ``PATIENCE`` seconds. The live region changes with the answer, not
with every picture, or a screen reader would never fall silent. Nothing is fetched from the network. Colours
follow JupyterLab's theme, where there is one.
"""

ESM = """
const PATIENCE = 60;  // seconds; the first answer of a network can take long

const SORRY = {
  NotAllowedError: "The browser does not allow the camera. Allow it for this page "
    + "(beside the address), then press Start again.",
  NotFoundError: "No camera was found. Connect one, then press Start again.",
  NotReadableError: "The camera is in use elsewhere. Close the other program, then press Start again.",
};

function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

function button(name, words, action) {
  const element = make("button", name, words);
  element.type = "button";
  element.onclick = action;
  return element;
}

function render({ model, el }) {
  const root = make("section", "camera");
  root.setAttribute("aria-label", "Camera");

  const video = make("video", "seen");
  video.muted = video.playsInline = true;
  const frame = make("div", "frame");
  frame.append(video, make("p", "off", "The camera is off."));
  const startButton = button("start", "Start", start);
  const stopButton = button("stop", "Stop", () => stop());
  const tools = make("div", "tools");
  tools.append(startButton, stopButton);
  const left = make("div", "left");
  left.append(frame, tools);

  const answer = make("p", "answer");
  answer.setAttribute("role", "status");
  answer.setAttribute("aria-live", "polite");
  const bars = make("ul", "bars");
  const facts = make("p", "facts");
  const right = make("div", "right");
  right.append(answer, bars, facts);

  const problem = make("p", "problem");
  problem.setAttribute("role", "alert");
  const main = make("div", "main");
  main.append(left, right);
  const promise = "Each picture goes to this notebook's Python, is judged, and is forgotten.";
  root.append(problem, main, make("p", "promise", promise));

  const canvas = document.createElement("canvas");
  let stream = null, session = 0, timer = 0, waiting = null, sent = 0;

  function show(state, words = "") {
    root.dataset.state = state;
    startButton.disabled = state !== "off";
    stopButton.disabled = state === "off";
    problem.textContent = words;
    frame.lastChild.textContent = state === "asking" ? "Asking for the camera …" : "The camera is off.";
  }

  async function start() {
    const mine = ++session;
    show("asking");
    if (!navigator.mediaDevices) {
      show("off", "Browsers give a camera only to pages from this computer (localhost) or over https.");
      return;
    }
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
      if (mine !== session) {  // stopped, or gone from the page, while the browser was asking
        end(opened);
        return;
      }
      stream = opened;
      stream.getVideoTracks()[0].onended = () => stop("The camera was disconnected.");
      video.srcObject = stream;
      await video.play();
      if (mine !== session) return;
      show("on");
      send();
    } catch ({ name, message }) {
      if (mine === session) stop(SORRY[name] || `The camera could not be started: ${message || name}.`);
    }
  }

  function stop(words = "") {
    session += 1;
    waiting = null;
    clearTimeout(timer);
    if (stream) end(stream);
    stream = video.srcObject = null;
    answer.textContent = facts.textContent = "";
    bars.replaceChildren();
    show("off", words);
  }

  function end(opened) {
    for (const track of opened.getTracks()) {
      track.onended = null;
      track.stop();
    }
  }

  function send() {
    const mine = session, height = model.get("height");
    canvas.height = height;
    canvas.width = Math.round((height * video.videoWidth) / video.videoHeight);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(async (blob) => {
      const jpeg = await blob.arrayBuffer();
      if (mine !== session) return;
      waiting = crypto.getRandomValues(new Uint32Array(1))[0];  // two views of a widget hear each other
      sent = performance.now();
      timer = setTimeout(silence, 1000 * PATIENCE);
      model.send({ number: waiting }, undefined, [jpeg]);
    }, "image/jpeg", 0.9);
  }

  function silence() {
    stop(`Python has not answered for ${PATIENCE} s. When no cell is running any more, press Start again.`);
  }

  function receive(message) {
    if (message.number !== waiting) return;
    waiting = null;
    clearTimeout(timer);
    if (message.problem) {
      stop(message.problem);
      return;
    }
    const took = performance.now() - sent, pause = 1000 * model.get("seconds");
    if (answer.textContent !== message.words) answer.textContent = message.words;
    answer.classList.toggle("sentence", !message.bars.length);
    draw(message.bars);
    const every = (Math.max(took, pause) / 1000).toFixed(1);
    facts.textContent = `answered in ${Math.round(took)} ms · a picture every ${every} s`;
    timer = setTimeout(send, Math.max(0, pause - took));
  }

  function draw(wanted) {
    if (bars.children.length !== wanted.length) {
      const row = () => {
        const made = make("li", "bar");
        made.append(make("span", "name"), make("span", "track"), make("span", "percent"));
        made.children[1].append(make("span", "share"));
        return made;
      };
      bars.replaceChildren(...wanted.map(row));
    }
    const most = Math.max(...wanted.map(({ share }) => share));
    for (const [number, { name, share, colour }] of wanted.entries()) {
      const [label, track, percent] = bars.children[number].children;
      label.textContent = name;
      track.firstChild.style.width = `${100 * share}%`;
      track.firstChild.style.background = colour;
      percent.textContent = `${Math.round(100 * share)}%`;
      bars.children[number].classList.toggle("most", share === most);
    }
  }

  model.on("msg:custom", receive);
  show("off");
  el.append(root);
  return () => {
    model.off("msg:custom", receive);
    stop();
  };
}

export default { render };
"""

CSS = """
.camera {
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
}
.camera *, .camera *::before { box-sizing: border-box; }
.camera p, .camera ul { margin: 0; padding: 0; }
.camera .main { display: flex; flex-wrap: wrap; gap: 24px; }
.camera .left { flex: none; width: 360px; max-width: 100%; }
.camera .frame {
  display: grid; place-items: center; width: 100%; aspect-ratio: 4 / 3;
  overflow: hidden; border-radius: 10px; background: var(--soft); color: var(--muted);
}
.camera .seen { width: 100%; height: 100%; object-fit: cover; transform: scaleX(-1); }
.camera:not([data-state="on"]) .seen, .camera[data-state="on"] .off { display: none; }
.camera .tools { display: flex; gap: 8px; margin-top: 12px; }
.camera button {
  flex: 1; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 8px;
  background: var(--ground); color: inherit; font: inherit; cursor: pointer; transition: background 0.12s;
}
.camera button:hover:enabled { background: var(--soft); }
.camera button:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.camera button:disabled { opacity: 0.45; cursor: default; }
.camera .start:enabled { border-color: var(--focus); background: var(--focus); color: #ffffff; }
.camera .start:hover:enabled { background: var(--focus); filter: brightness(1.1); }
.camera .right { display: flex; flex: 1 1 260px; flex-direction: column; gap: 14px; }
.camera .answer { min-height: 36px; font-size: 26px; font-weight: 600; line-height: 36px; }
.camera .answer.sentence { color: var(--muted); font-size: 16px; font-weight: 400; }
.camera .bars { display: grid; gap: 9px; list-style: none; }
.camera .bar { display: grid; grid-template-columns: 76px 1fr 40px; align-items: center; gap: 10px; }
.camera .most .name { font-weight: 600; }
.camera .track { height: 12px; overflow: hidden; border-radius: 4px; background: var(--soft); }
.camera .share { display: block; height: 100%; border-radius: 4px; transition: width 0.2s; }
.camera .percent { color: var(--muted); text-align: right; font-variant-numeric: tabular-nums; }
.camera .facts { margin-top: auto; color: var(--muted); font-size: 12px; }
.camera .promise { margin-top: 14px; color: var(--muted); font-size: 12px; }
.camera .problem:not(:empty) {
  margin-bottom: 14px; padding: 10px 12px; border-radius: 8px; background: #fdf0cd; color: #8a4b08;
}
@media (prefers-reduced-motion: reduce) { .camera .share { transition: none; } }
"""
