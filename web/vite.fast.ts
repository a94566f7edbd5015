import config from "./vite.config";
export default { ...(config as any), plugins: (config as any).plugins.filter((p: any) => p.name !== "precompress") };
