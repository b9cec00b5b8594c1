// Compares what a preload tells of an assembly with what its file holds: node assembly.js <preload> <assembly>
const fs = require('node:fs');
const { isDeepStrictEqual } = require('node:util');

const [preload, file] = process.argv.slice(2);
const { types, ...rest } = JSON.parse(fs.readFileSync(file, 'utf8'));
const told = require(preload).assembly(file);
if (!told) {
  console.log('left to jsii');
  process.exit();
}
const names = [...Object.keys(types), '@cdktf/provider-aws.absent.Absent'];
const wrong = names.filter((name) => !isDeepStrictEqual(told.types[name], types[name]));
if (!isDeepStrictEqual({ ...told, types: undefined }, { ...rest, types: undefined })) wrong.push('what is not a type');
console.log(wrong.length === 0 ? 'the same' : `differs in ${wrong.length}: ${wrong.slice(0, 3)}`);
