/** The shapes of /api/v1/desk/teams. */
export interface Team {
  name: string;
  members: { id: string; name: string }[];
  open: number;
  paused_until: string | null;
}

export interface Teams {
  teams: Team[];
  may_edit: boolean;
}
