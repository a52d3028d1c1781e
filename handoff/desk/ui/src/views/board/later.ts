import { later } from "../../parts/Later";

export const Board = later(() => import("./Board").then((each) => each.Board));
