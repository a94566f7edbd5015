import { testEveryPage } from "./support/everyPageAudit.js";

await testEveryPage({ viewport: { width: 1280, height: 900 } });
