// What Python and its everyday modules do that is no work: so that analysis need not take it for unknown.
import type { CatalogueRow } from "../facts/project.ts";
import { pure, rows } from "./rows.ts";

const BUILTINS = "https://docs.python.org/3/library/functions.html";
const PATHS = "https://docs.python.org/3/library/os.path.html";
const LIBRARY = "https://docs.python.org/3/library/index.html";
const POOLS = "https://docs.python.org/3/library/concurrent.futures.html";
const MODAL = "https://modal.com/docs/reference";

const none = { source: "memory", overlap: "overlaps" } as const;

export const pythonLanguage: readonly CatalogueRow[] = [
  ...pure(
    BUILTINS,
    "",
    "abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format frozenset getattr hasattr hash hex id int isinstance issubclass iter len list map max memoryview min next object oct ord pow range repr reversed round set slice sorted sum tuple type vars zip super property staticmethod classmethod",
  ),
  ...pure(
    BUILTINS,
    "",
    "Exception BaseException ValueError TypeError RuntimeError KeyError IndexError AttributeError NotImplementedError FileNotFoundError OSError IOError ImportError StopIteration TimeoutError AssertionError",
  ),
  ...rows(BUILTINS, "", "print", { kind: "print", ...none }),
  ...rows(
    "https://docs.python.org/3/library/logging.html",
    "logging.",
    "debug info warning error exception critical log getLogger().debug getLogger().info getLogger().warning getLogger().error getLogger().exception getLogger().critical",
    { kind: "print", ...none },
  ),
  // Where loads are timed one by one, what is told of them would change: as with what is printed.
  ...rows(
    "https://docs.python.org/3/library/time.html",
    "time.",
    "time perf_counter monotonic time_ns perf_counter_ns process_time sleep strftime",
    { kind: "print", ...none },
  ),
  ...pure(
    "https://docs.python.org/3/library/logging.html",
    "logging.",
    "getLogger basicConfig getLogger().setLevel StreamHandler Formatter",
  ),
  ...pure(
    "https://docs.python.org/3/library/warnings.html",
    "warnings.",
    "filterwarnings simplefilter catch_warnings",
  ),
  ...rows(
    PATHS,
    "",
    "os.path.exists os.path.isfile os.path.isdir os.path.lexists os.path.getsize os.stat os.listdir os.scandir glob.glob",
    { kind: "probe", ...none, target: { argument: 0, kind: "path" } },
  ),
  ...pure(
    PATHS,
    "",
    "os.path.split os.path.splitext os.path.isabs os.path.relpath os.path.realpath os.getcwd os.cpu_count os.getpid os.chdir",
  ),
  ...rows(PATHS, "os.", "makedirs mkdir", {
    kind: "folder",
    ...none,
    target: { argument: 0, keyword: "name", kind: "path" },
  }),
  ...rows(BUILTINS, "", "open io.open", {
    kind: "stream",
    ...none,
    writes: 0,
    when: { argument: 1, keyword: "mode", is: /[wax+]/ },
  }),
  ...pure(
    LIBRARY,
    "",
    "json.loads json.dumps copy.copy copy.deepcopy dataclasses.dataclass dataclasses.field collections.defaultdict collections.OrderedDict collections.Counter collections.deque collections.namedtuple functools.partial functools.wraps functools.cache functools.lru_cache itertools.chain itertools.islice re.compile typing.cast typing.TypeVar enum.auto uuid.UUID contextlib.suppress contextlib.nullcontext base64.b64decode base64.b64encode io.BytesIO io.StringIO hashlib.sha256 hashlib.md5 math.ceil math.floor math.sqrt pprint.pformat textwrap.dedent shutil.copyfileobj asyncio.Lock threading.Lock asyncio.Semaphore sys.path.append sys.path.insert certifi.where",
  ),
  ...pure(
    POOLS,
    "concurrent.futures.",
    "ThreadPoolExecutor ProcessPoolExecutor as_completed wait ThreadPoolExecutor.shutdown",
  ),
  // Functions that steps are given run when the image is built.
  ...rows(MODAL, "modal.", "Image.*", { kind: "pure", ...none, later: true }),
  // Whoever asks for what others have written wants to read that.
  ...rows(MODAL, "modal.", "Volume.from_name().reload Volume.from_name().reload.aio", {
    kind: "write",
    writes: 0,
    ...none,
  }),
  ...pure(
    MODAL,
    "modal.",
    "App Stub Volume.from_name Volume.persisted Secret.from_name Secret.from_dict Secret.from_dotenv Cron Period Dict.from_name Queue.from_name Mount.from_local_dir gpu.A100 gpu.A10G gpu.T4 gpu.H100 parameter Volume.from_name().commit Retries",
  ),
];
