// Clients in Python: of clouds, databases, vector stores and model servers; browsers; what comes over the network.
import type { CatalogueRow } from "../facts/project.ts";
import { pure, rows } from "./rows.ts";

const BOTO =
  "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html (initialize SDK clients outside of the handler)";
const REQUESTS = "https://requests.readthedocs.io/en/latest/user/advanced/#session-objects";
const HTTPX = "https://www.python-httpx.org/advanced/clients/";
const URLLIB = "https://docs.python.org/3/library/urllib.request.html";
const SUBPROCESS = "https://docs.python.org/3/library/subprocess.html";

const client = { kind: "client", source: "network", overlap: "overlaps", shared: true } as const;
const answer = {
  kind: "load",
  source: "network",
  overlap: "overlaps",
  volatile: true,
  target: { argument: 0, keyword: "url", kind: "url" },
} as const;
const download = { kind: "download", source: "network", overlap: "overlaps" } as const;

const runners =
  "subprocess.run subprocess.check_call subprocess.check_output subprocess.call subprocess.Popen os.system";
const fetching =
  /(^|\s|\/)(wget|aria2c|gdown|curl\s+(-\S+\s+)*-\S*[oO]|git\s+(lfs\s+)?(clone|pull)|huggingface-cli\s+download|hf\s+download|aws\s+s3\s+(cp|sync)|gsutil\s+(-m\s+)?(cp|rsync))(\s|$)/;

const all: readonly CatalogueRow[] = [
  ...rows(
    BOTO,
    "boto3.",
    "client resource Session session.Session session.Session.client Session.client Session.resource",
    client,
  ),
  ...pure(
    "https://docs.aws.amazon.com/boto3/latest/guide/resources.html",
    "boto3.resource().",
    "Table Bucket Object Queue Topic Instance Vpc",
  ),
  ...pure(
    "https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html",
    "botocore.",
    "config.Config client.Config",
  ),
  ...rows("https://aioboto3.readthedocs.io/en/latest/usage.html", "aioboto3.", "Session", client),
  ...rows(
    "https://github.com/openai/openai-python#usage",
    "openai.",
    "OpenAI AsyncOpenAI AzureOpenAI AsyncAzureOpenAI",
    { ...client, versions: ">=1" },
  ),
  ...rows(
    "https://github.com/anthropics/anthropic-sdk-python#usage",
    "anthropic.",
    "Anthropic AsyncAnthropic AnthropicBedrock AnthropicVertex",
    client,
  ),
  ...rows("https://docs.cohere.com/reference/about", "cohere.", "Client ClientV2 AsyncClient", client),
  ...rows(
    "https://huggingface.co/docs/huggingface_hub/package_reference/inference_client",
    "huggingface_hub.",
    "InferenceClient AsyncInferenceClient",
    client,
  ),
  ...rows(
    "https://python.langchain.com/docs/integrations/vectorstores/",
    "",
    "langchain_openai.OpenAIEmbeddings langchain_openai.ChatOpenAI langchain_openai.OpenAI langchain_anthropic.ChatAnthropic langchain_pinecone.PineconeVectorStore langchain_qdrant.QdrantVectorStore.from_existing_collection",
    client,
  ),
  ...rows("https://docs.stripe.com/api?lang=python", "stripe.", "StripeClient", client),
  ...rows("https://github.com/groq/groq-python#usage", "groq.", "Groq AsyncGroq", client),
  ...rows("https://googleapis.github.io/python-genai/", "google.genai.", "Client", client),
  ...rows("https://docs.mistral.ai/getting-started/clients/", "mistralai.", "Mistral", client),
  ...rows(REQUESTS, "requests.", "Session session", client),
  ...rows(HTTPX, "httpx.", "Client AsyncClient", client),
  ...rows("https://docs.aiohttp.org/en/stable/client_reference.html", "aiohttp.", "ClientSession", client),
  ...rows(
    "https://redis.readthedocs.io/en/stable/connections.html",
    "redis.",
    "Redis StrictRedis from_url Redis.from_url asyncio.Redis asyncio.from_url asyncio.Redis.from_url ConnectionPool",
    client,
  ),
  ...rows(
    "https://www.psycopg.org/psycopg3/docs/api/connections.html",
    "",
    "psycopg.connect psycopg.AsyncConnection.connect psycopg2.connect psycopg_pool.ConnectionPool psycopg_pool.AsyncConnectionPool psycopg2.pool.SimpleConnectionPool psycopg2.pool.ThreadedConnectionPool",
    client,
  ),
  ...rows(
    "https://magicstack.github.io/asyncpg/current/api/index.html",
    "asyncpg.",
    "connect create_pool",
    client,
  ),
  ...rows(
    "https://docs.sqlalchemy.org/en/20/core/engines.html",
    "sqlalchemy.",
    "create_engine ext.asyncio.create_async_engine",
    client,
  ),
  ...rows(
    "https://pymongo.readthedocs.io/en/stable/faq.html",
    "",
    "pymongo.MongoClient pymongo.AsyncMongoClient motor.motor_asyncio.AsyncIOMotorClient",
    client,
  ),
  ...rows(
    "https://dev.mysql.com/doc/connector-python/en/connector-python-connectargs.html",
    "",
    "mysql.connector.connect pymysql.connect MySQLdb.connect aiomysql.connect aiomysql.create_pool",
    client,
  ),
  ...rows(
    "https://cloud.google.com/python/docs/reference",
    "google.cloud.",
    "storage.Client bigquery.Client firestore.Client pubsub_v1.PublisherClient secretmanager.SecretManagerServiceClient aiplatform.gapic.PredictionServiceClient",
    client,
  ),
  ...rows(
    "https://learn.microsoft.com/python/api/overview/azure/storage-blob-readme",
    "azure.",
    "storage.blob.BlobServiceClient storage.blob.BlobServiceClient.from_connection_string cosmos.CosmosClient",
    client,
  ),
  ...rows(
    "https://elasticsearch-py.readthedocs.io/en/latest/",
    "",
    "elasticsearch.Elasticsearch elasticsearch.AsyncElasticsearch opensearchpy.OpenSearch",
    client,
  ),
  ...rows("https://python-client.qdrant.tech/", "qdrant_client.", "QdrantClient AsyncQdrantClient", client),
  ...rows("https://docs.pinecone.io/reference/python-sdk", "pinecone.", "Pinecone Pinecone.Index", client),
  ...rows(
    "https://weaviate.io/developers/weaviate/client-libraries/python",
    "weaviate.",
    "Client connect_to_local connect_to_weaviate_cloud connect_to_wcs connect_to_custom",
    client,
  ),
  ...rows(
    "https://docs.trychroma.com/reference/python/client",
    "chromadb.",
    "Client PersistentClient HttpClient CloudClient",
    client,
  ),
  ...rows("https://lancedb.github.io/lancedb/python/python/", "lancedb.", "connect connect_async", client),
  ...rows("https://milvus.io/api-reference/pymilvus/v2.5.x/About.md", "pymilvus.", "MilvusClient", client),
  ...rows(
    "https://supabase.com/docs/reference/python/initializing",
    "supabase.",
    "create_client create_async_client",
    client,
  ),
  ...rows(
    "https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-api",
    "snowflake.connector.",
    "connect",
    client,
  ),
  ...rows(
    "https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html",
    "kafka.",
    "KafkaProducer KafkaConsumer",
    client,
  ),
  ...rows(
    "https://playwright.dev/python/docs/api/class-browsertype#browser-type-launch",
    "playwright.",
    "sync_api.sync_playwright().start().chromium.launch sync_api.sync_playwright().start async_api.async_playwright().start",
    { ...client, source: "memory" },
  ),
  ...rows(
    "https://www.selenium.dev/documentation/webdriver/drivers/",
    "selenium.webdriver.",
    "Chrome Firefox Remote Edge",
    { ...client, source: "memory" },
  ),
  ...rows(REQUESTS, "requests.", "get Session.get request", answer),
  ...rows(HTTPX, "httpx.", "get stream Client.get AsyncClient.get", answer),
  ...rows(URLLIB, "urllib.request.", "urlopen", answer),
  ...rows(URLLIB, "urllib.request.", "urlretrieve", {
    ...download,
    target: { argument: 0, keyword: "url", kind: "url" },
    writes: 1,
  }),
  ...rows("https://pypi.org/project/wget/", "wget.", "download", {
    ...download,
    target: { argument: 0, keyword: "url", kind: "url" },
    writes: 1,
  }),
  ...rows("https://github.com/wkentaro/gdown", "gdown.", "download download_folder", {
    ...download,
    target: { argument: 0, keyword: "url", kind: "url" },
    writes: 1,
  }),
  ...rows(
    "https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/s3/client/download_file.html",
    "boto3.",
    "client().download_file",
    { ...download, target: { argument: 1, keyword: "Key", kind: "name" }, writes: 2 },
  ),
  ...rows(
    "https://cloud.google.com/python/docs/reference/storage/latest/google.cloud.storage.blob.Blob",
    "google.cloud.storage.",
    "Client.bucket().blob().download_to_filename Client.get_bucket().blob().download_to_filename",
    { ...download, writes: 0 },
  ),
  ...rows(SUBPROCESS, "", runners, {
    ...download,
    command: true,
    when: { argument: 0, keyword: "args", is: fetching },
  }),
  ...rows(SUBPROCESS, "", runners, {
    ...download,
    command: true,
    when: { argument: 0, keyword: "args", field: "0", is: /^(wget|aria2c|gdown)$/ },
  }),
  ...rows(SUBPROCESS, "", runners, {
    ...download,
    command: true,
    when: { argument: 0, keyword: "args", field: "1", is: /^(clone|download)$/ },
  }),
  ...rows(SUBPROCESS, "", runners, {
    ...download,
    command: true,
    when: { argument: 0, keyword: "args", field: "1", is: /^-\w*[oOL]/ },
  }),
];

/** Clients for `async` code say so in their names. */
const asynchronous = /(^|\.)(Async|aio)|\.asyncio\.|_asyncio\.|asyncpg|async_api|_async(_|$)/;

export const pythonClients: readonly CatalogueRow[] = all.map((row) =>
  row.kind === "client" && asynchronous.test(row.callee) ? { ...row, boundToLoop: true } : row,
);
