import { testEveryPage } from "./support/everyPageAudit.js";

await testEveryPage({ viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true });
