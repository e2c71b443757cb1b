// The demo apps that the suite looks at: what is the same in every language is written once, and asked of each.

export interface AppUnderTest {
  readonly file: string;
  /** The function that is run. */
  readonly function: string;
  /** A text that begins with the function's name where it is defined. */
  readonly definition: string;
  /** A load whose time is shown. */
  readonly load: string;
  /** Rule → texts that its findings begin with, in their order. */
  readonly findings: Readonly<Record<string, readonly string[]>>;
  /** Rule → a quick fix of its first finding, and what the text holds afterwards. */
  readonly fixes: readonly (readonly [rule: string, title: RegExp, text: string])[];
  /** Functions and the titles of their lenses. */
  readonly lenses: readonly string[];
  readonly stages: readonly string[];
  /** How the hover names the interpreter. */
  readonly interpreter: RegExp;
  /** The comment that silences a rule. */
  readonly comment: string;
}

const search: AppUnderTest = {
  file: "search.ts",
  function: "search",
  definition: "search = app",
  load: 'loadVectors("titles")',
  findings: {
    "global-scope-download": ["download("],
    "sequential-loads": ['loadVectors("titles")', 'loadVectors("reviews")', 'loadVectors("images")'],
    "body-amortized-work": ['loadVectors("titles")', 'loadVectors("reviews")', 'loadVectors("images")'],
  },
  fixes: [
    ["global-scope-download", /^Download it when the image is built/, "async function build() {"],
    ["sequential-loads", /^Start these 3 loads together/, "await Promise.all(["],
    [
      "body-amortized-work",
      /^Move `loadVectors\("titles"\)` to `enter`/,
      "enter: async () => ({ titles: await loadVectors(",
    ],
  ],
  lenses: [
    "search: ▶ Run cold",
    "search: Measure",
    "search: Prove the fixes",
    "words: ▶ Run cold",
    "words: Measure",
  ],
  stages: ["boot", "global scope", "first body"],
  interpreter: /· Node \d/,
  comment: "// coldstart-disable-next-line global-scope-download",
};

const captions: AppUnderTest = {
  file: "captions.py",
  function: "Captioner.caption",
  definition: "caption(self",
  load: "read_words()\n        seen",
  findings: {
    "outdated-setting": ["keep_warm=1"],
    "sequential-loads": ["urlretrieve(", "urlretrieve("],
    "enter-download": ["urlretrieve(", "urlretrieve("],
    "body-amortized-work": ["read_words()"],
  },
  fixes: [
    ["outdated-setting", /^Replace `keep_warm` by `min_containers`/, "@app.cls(min_containers=1)"],
    ["sequential-loads", /^Start these 2 loads together/, "with ThreadPoolExecutor() as "],
    ["enter-download", /^Download it when the image is built/, ".run_function(download_file"],
    [
      "body-amortized-work",
      /^Move `read_words\(\)` to `@modal.enter`/,
      "        self.words = read_words()\n",
    ],
  ],
  lenses: [
    "Captioner.caption: ▶ Run cold",
    "Captioner.caption: Measure",
    "Captioner.caption: Prove the fixes",
    "shorten: ▶ Run cold",
    "shorten: Measure",
  ],
  stages: ["boot", "global scope", "enter", "first body"],
  interpreter: /· Python 3\.\d+/,
  comment: "# coldstart-disable-next-line outdated-setting",
};

export const APPS: readonly AppUnderTest[] = [search, captions];
