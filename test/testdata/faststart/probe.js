// Loaded into every Node process of a synthesis: appends to $PROBE what each did. The kernel also says good-bye.
const fs = require('node:fs');
const path = require('node:path');

let largestJSON = 0;
const parse = JSON.parse;
JSON.parse = (text, ...rest) => {
  largestJSON = Math.max(largestJSON, text.length);
  return parse(text, ...rest);
};

process.once('exit', () => {
  const program = path.basename(process.argv[1]);
  if (program === 'program.js') {
    console.log('good-bye, stdout');
    console.error('good-bye, stderr');
  }
  const modules = Object.keys(require.cache).filter((file) => file.includes('/@cdktf/provider-aws/lib/')).length;
  fs.appendFileSync(process.env.PROBE, `${JSON.stringify({ program, modules, largestJSON })}\n`);
});
