// A form as npm's docx saves it, its title put in place of itself: node patch.mjs SOURCE TARGET
import { readFileSync, writeFileSync } from "node:fs";
import { PatchType, TextRun, patchDocument } from "docx";

const [source, target] = process.argv.slice(2);
const title = { type: PatchType.PARAGRAPH, children: [new TextRun("FORMAT DATA KINERJA")] };
const made = await patchDocument({
  outputType: "nodebuffer",
  data: readFileSync(source),
  patches: { DATA: title },
  placeholderDelimiters: { start: "FORMAT ", end: " KINERJA" },
  keepOriginalStyles: true,
});
writeFileSync(target, made);
