// Work of packages from the registry: models, clients of services, databases, browsers.
import type { CatalogueRow } from "../facts/project.ts";
import { rows } from "./rows.ts";

const TRANSFORMERS = "https://huggingface.co/docs/transformers.js/api/env (allowRemoteModels, useFSCache)";
const ORT = "https://github.com/microsoft/onnxruntime/issues/19611 (native work runs on the main thread)";
const LAMBDA =
  "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html (initialize SDK clients outside of the handler)";
const PRISMA =
  "https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/databases-connections (one instance)";

const model = { shared: true, overlap: "overlaps" } as const;
const client = { kind: "client", source: "network", shared: true } as const;

/** A model that is named by a folder is on disk; by an id, it is fetched where no cache holds it. */
const folder = /^(\.{0,2}\/|\$|file:)/;

function transformers(name: string): readonly CatalogueRow[] {
  const loaders =
    "AutoModel AutoTokenizer AutoProcessor *Model *Tokenizer *Processor *Model* *For* *FeatureExtractor"
      .split(" ")
      .map((each) => `${each}.from_pretrained`);
  const remote = { place: `${name}.env.allowRemoteModels`, is: false } as const;
  return [["pipeline", 1] as const, ...loaders.map((each) => [each, 0] as const)].flatMap(
    ([callee, argument]) => [
      ...rows(TRANSFORMERS, `${name}.`, callee, {
        ...model,
        kind: "load",
        source: "disk",
        when: { argument, is: folder },
        target: { argument, kind: "path" },
      }),
      ...rows(TRANSFORMERS, `${name}.`, callee, {
        ...model,
        kind: "load",
        source: "disk",
        when: { argument: argument + 1, field: "local_files_only", is: /^true$/ },
      }),
      ...rows(TRANSFORMERS, `${name}.`, callee, {
        ...model,
        kind: "download",
        source: "network",
        unless: remote,
        target: { argument, kind: "name" },
        caches: true,
      }),
      ...rows(TRANSFORMERS, `${name}.`, callee, { ...model, kind: "load", source: "disk" }),
    ],
  );
}

export const packages: readonly CatalogueRow[] = [
  ...transformers("@huggingface/transformers"),
  ...transformers("@xenova/transformers"),
  ...rows(
    "https://huggingface.co/docs/huggingface.js/hub/README (snapshotDownload, downloadFileToCacheDir)",
    "@huggingface/hub.",
    "snapshotDownload downloadFileToCacheDir",
    {
      kind: "download",
      source: "network",
      overlap: "overlaps",
      caches: true,
      versions: ">=0.19",
    },
  ),
  ...rows("https://huggingface.co/docs/huggingface.js/hub/README", "@huggingface/hub.", "downloadFile", {
    kind: "load",
    source: "network",
    overlap: "overlaps",
  }),
  ...rows(ORT, "onnxruntime-node.", "InferenceSession.create", {
    kind: "load",
    source: "disk",
    overlap: "blocks",
    shared: true,
    target: { argument: 0, kind: "path" },
  }),
  ...rows(
    "https://js.tensorflow.org/api/latest/#loadGraphModel",
    "@tensorflow/tfjs-node.",
    "loadGraphModel loadLayersModel node.loadSavedModel",
    {
      ...model,
      kind: "load",
      source: "disk",
      target: { argument: 0, kind: "path" },
    },
  ),
  ...rows(
    LAMBDA,
    "@aws-sdk/client-*.",
    "*Client S3 DynamoDB SQS SNS SSM KMS Lambda SES SFN EventBridge SecretsManager CloudWatch BedrockRuntime",
    {
      ...client,
      overlap: "overlaps",
      versions: ">=3",
    },
  ),
  ...rows(LAMBDA, "@aws-sdk/lib-dynamodb.", "DynamoDBDocumentClient.from DynamoDBDocument.from", {
    ...client,
    overlap: "overlaps",
    versions: ">=3",
  }),
  ...rows(
    LAMBDA,
    "aws-sdk.",
    "S3 DynamoDB DynamoDB.DocumentClient SQS SNS SSM KMS Lambda SES SecretsManager StepFunctions EventBridge CloudWatch",
    {
      ...client,
      overlap: "overlaps",
      versions: "2",
    },
  ),
  ...rows(
    "https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/s3/command/GetObjectCommand/",
    "@aws-sdk/client-s3.",
    "S3Client.send",
    {
      kind: "load",
      source: "network",
      overlap: "overlaps",
      when: { argument: 0, is: "@aws-sdk/client-s3.GetObjectCommand" },
      versions: ">=3",
    },
  ),
  ...rows(
    "https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/s3/",
    "@aws-sdk/client-s3.",
    "S3.getObject",
    {
      kind: "load",
      source: "network",
      overlap: "overlaps",
      versions: ">=3",
    },
  ),
  ...rows("https://node-postgres.com/apis/pool", "", "pg.Pool pg-pool pg-pool.default", {
    ...client,
    overlap: "overlaps",
  }),
  ...rows("https://node-postgres.com/apis/client", "pg.", "Client Client.connect", {
    ...client,
    overlap: "overlaps",
  }),
  ...rows("https://github.com/porsager/postgres", "", "postgres postgres.default", {
    ...client,
    overlap: "overlaps",
  }),
  ...rows("https://www.mongodb.com/docs/drivers/node/current/connect/", "mongodb.MongoClient", " .connect", {
    ...client,
    overlap: "overlaps",
  }),
  ...rows("https://mongoosejs.com/docs/connections.html", "mongoose.", "connect createConnection", {
    ...client,
    overlap: "overlaps",
  }),
  ...rows(
    "https://github.com/redis/node-redis",
    "redis.",
    "createClient createClient().connect createCluster",
    {
      ...client,
      overlap: "overlaps",
    },
  ),
  ...rows("https://github.com/redis/ioredis", "ioredis", " .default .Redis .Cluster", {
    ...client,
    overlap: "overlaps",
  }),
  ...rows(
    "https://sidorares.github.io/node-mysql2/docs",
    "mysql2",
    ".createPool .createConnection /promise.createPool /promise.createConnection",
    {
      ...client,
      overlap: "overlaps",
    },
  ),
  ...rows(
    "https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md#new-databasepath-options",
    "better-sqlite3",
    " .default",
    { kind: "client", source: "disk", overlap: "blocks", shared: true },
  ),
  ...rows("https://github.com/runk/node-maxmind#usage", "maxmind.", "open", {
    ...model,
    kind: "load",
    source: "disk",
    target: { argument: 0, kind: "path" },
  }),
  ...rows(
    "https://cloud.google.com/nodejs/docs/reference/storage/latest",
    "@google-cloud/storage.",
    "Storage",
    {
      ...client,
      overlap: "overlaps",
    },
  ),
  ...rows(PRISMA, "@prisma/client.", "PrismaClient PrismaClient.$connect", {
    ...client,
    overlap: "overlaps",
  }),
  ...rows(
    "https://playwright.dev/docs/api/class-browsertype#browser-type-launch",
    "",
    "playwright.chromium.launch playwright.firefox.launch playwright.webkit.launch playwright-core.chromium.launch @playwright/test.chromium.launch",
    {
      kind: "client",
      source: "disk",
      overlap: "overlaps",
      shared: true,
    },
  ),
  ...rows(
    "https://pptr.dev/api/puppeteer.puppeteernode.launch/",
    "",
    "puppeteer.launch puppeteer-core.launch puppeteer.default.launch",
    {
      kind: "client",
      source: "disk",
      overlap: "overlaps",
      shared: true,
    },
  ),
];
