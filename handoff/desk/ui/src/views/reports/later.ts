import { later } from "../../parts/Later";

export const Reports = later(() => import("./Reports").then((each) => each.Reports));
