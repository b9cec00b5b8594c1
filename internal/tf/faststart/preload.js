// The fast start: loaded into the Node process behind the bindings before jsii's own code (see ../faststart.go).
//
// A plain start spends seconds before it makes the first construct. jsii's launcher starts a second Node process for its kernel and
// passes every message on to it. The kernel parses the provider's type descriptions, 119 MB of JSON, and runs the provider's index,
// which loads 2,100 modules; a stack needs a hundred of the types and thirty of the modules.
//
// Here, the kernel runs in the launcher's process, a type is read when it is asked for, and a module is loaded when it is used. It
// takes a few changes to the text of jsii, cdktf and the provider. Where the text is not the expected one, all is left as it is.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Readable, Writable } = require('node:stream');

// What is changed: a file by the end of its path, and in it a text and what takes its place.
const changes = {
  // The kernel talks to its launcher through descriptor 3; here it talks to the Go program itself, and asks for assemblies here.
  '/lib/program.js': [
    ['readFD: 3,\n        writeFD: 3\n', 'readFD: 0,\n        writeFD: 1\n'],
    [
      'const data = fs.readFileSync(pathToFile);',
      (text) =>
        `const lazy = !validate && require(${JSON.stringify(__filename)}).assembly(pathToFile); if (lazy) return lazy; ${text}`,
    ],
    // The message, which no one sees, describes a type at every value that crosses over.
    ['assert(typeRef != null, `', 'typeRef != null || assert(false, `'],
  ],
  '/@cdktf/provider-aws/lib/index.js': [
    [/^exports\.(\w+) = (require\("[^"]+"\));$/gm, 'Object.defineProperty(exports, "$1", { enumerable: true, get: () => $2 });'],
  ],
  // The archiver, more than half of the modules that cdktf loads, is for a process of its own that zips an asset.
  '/cdktf/lib/private/fs.js': [
    ['const archiver = require("archiver");', 'const archiver = (...args) => require("archiver")(...args);'],
  ],
};

const loadPlainly = Module._extensions['.js'];

// Only the launcher is changed: any other Node process that inherits NODE_OPTIONS runs as it would.
if ((process.argv[1] ?? '').endsWith('/bin/jsii-runtime.js') && process.env.WRITERSROOM_FAST_START !== 'off') {
  Module._extensions['.js'] = load;
}

function load(module, filename) {
  if (module.id === '.') return loadKernel(module, filename);
  const source = changed(filename);
  return source === undefined ? loadPlainly(module, filename) : module._compile(source, filename);
}

// changed is the text of a file with its changes, or nothing where there are none or the text is not the one they were made for.
function changed(filename) {
  const file = Object.keys(changes).find((end) => filename.endsWith(end));
  if (!file) return undefined;
  let source = fs.readFileSync(filename, 'utf8');
  for (const [expected, replacement] of changes[file]) {
    const before = source;
    source = source.replace(expected, replacement);
    if (source === before) return undefined;
  }
  return source;
}

// loadKernel takes the launcher's place: it loads the kernel, of which the launcher would make a process.
function loadKernel(module, launcher) {
  const filename = path.resolve(launcher, '../../lib/program.js');
  const source = fs.existsSync(filename) ? changed(filename) : undefined;
  if (source === undefined) {
    Module._extensions['.js'] = loadPlainly;
    return loadPlainly(module, launcher);
  }
  replaceStreams();
  process.argv[1] = filename;
  process.execArgv.push('--preserve-symlinks');
  // What the kernel starts in its turn needs nothing of this file.
  process.env.NODE_OPTIONS = (process.env.NODE_OPTIONS ?? '').replace(/ --preserve-symlinks --require .*/, '');
  // A folder that was made for this process goes with it.
  if (path.basename(__dirname).startsWith('writersroom-faststart-')) {
    process.once('exit', () => fs.rmSync(__dirname, { recursive: true, force: true }));
  }
  module.filename = filename;
  module.paths = Module._nodeModulePaths(path.dirname(filename));
  return module._compile(source, filename);
}

// replaceStreams makes of the standard streams what the launcher makes of its child's: nothing to read, and lines of JSON on stderr
// for what is written. Descriptors 0 and 1 carry the protocol.
function replaceStreams() {
  const line = (name) => (chunk, _, done) => {
    fs.writeSync(2, `${JSON.stringify({ [name]: chunk.toString('base64') })}\n`);
    done();
  };
  const streams = {
    stdin: Readable.from([]),
    stdout: Object.assign(new Writable({ write: line('stdout') }), { fd: 1 }),
    stderr: Object.assign(new Writable({ write: line('stderr') }), { fd: 2 }),
  };
  for (const [name, stream] of Object.entries(streams)) {
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
}

// assembly describes the provider's types to the kernel; it is nothing for another package, or for a file of another form.
exports.assembly = (file) => {
  if (!file.endsWith('/@cdktf/provider-aws/.jsii')) return undefined;
  try {
    return new Assembly(file).read();
  } catch {
    return undefined;
  }
};

// Assembly finds the descriptions of types in a file that is its own index: its indentation by two spaces tells how deep a line
// lies, and its types are sorted by name.
class Assembly {
  #file;
  #fd;
  #begin; // of the lines between `  "types": {` and its `  }`
  #end;
  #lines = new Map();
  #types = new Map();
  #whole;

  constructor(file) {
    this.#file = file;
    this.#fd = fs.openSync(file, 'r');
  }

  read() {
    const opening = '\n  "types": {';
    const head = this.#readThrough(0, opening);
    const { size } = fs.fstatSync(this.#fd);
    const tail = this.#read(Math.max(size - (1 << 16), 0), 1 << 16);
    const closing = tail.lastIndexOf('\n  }');
    const assembly = JSON.parse(head.toString() + tail.subarray(closing).toString());
    this.#begin = head.length;
    this.#end = size - tail.length + closing;
    // The kernel looks types up by their name. It also counts them, for its answer to the Go side, which has no use for it.
    assembly.types = new Proxy({}, { get: (_, name) => this.#type(name) });
    return assembly;
  }

  #type(name) {
    if (!this.#types.has(name)) this.#types.set(name, this.#search(name) ?? this.#parsed()[name]);
    return this.#types.get(name);
  }

  // parsed is for what was not found: it is not there, or the file is not sorted after all.
  #parsed() {
    this.#whole ??= JSON.parse(fs.readFileSync(this.#file, 'utf8'));
    return this.#whole.types;
  }

  // search halves the lines until few enough remain to be read one by one.
  #search(name) {
    let [low, high] = [this.#begin, this.#end];
    while (high - low > 1 << 13) {
      const middle = Math.floor((low + high) / 2);
      const line = this.#lineFrom(middle);
      if (line === undefined || line.name > name) high = middle;
      else low = line.offset;
    }
    let line = this.#lineFrom(low);
    while (line?.name < name) line = this.#lineFrom(line.offset + 1);
    if (line?.name !== name) return undefined;
    const text = this.#readThrough(line.offset + `\n    "${name}": `.length, '\n    }');
    const type = JSON.parse(text.toString());
    return type.fqn === name ? type : undefined;
  }

  // lineFrom is the first line, at an offset or after it, that begins a type.
  #lineFrom(offset) {
    if (!this.#lines.has(offset)) {
      const before = this.#readThrough(offset, '\n    "');
      const name = before && this.#readThrough(offset + before.length, '": {\n');
      this.#lines.set(offset, name && { offset: offset + before.length - 6, name: name.toString('utf8', 0, name.length - 5) });
    }
    return this.#lines.get(offset);
  }

  // readThrough is the text from an offset through the first occurrence of a mark.
  #readThrough(offset, mark) {
    for (let length = 1 << 13; ; length *= 2) {
      const text = this.#read(offset, length);
      const at = text.indexOf(mark);
      if (at >= 0) return text.subarray(0, at + mark.length);
      if (text.length < length) return undefined;
    }
  }

  #read(offset, length) {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, fs.readSync(this.#fd, buffer, 0, length, offset));
  }
}
