import { judged } from "../finding.ts";
import { inTurn, type Probe } from "../probe.ts";
import { chatQuestion } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { UNASKED } from "./chat.ts";
import { limitedTo } from "./limits.ts";

/** Whether the `developer` role is taken. Whether the model heeds it cannot be told from one answer. */
export const developerRole: Probe = {
  name: "developer role",
  ask: inTurn(({ model, heard }) => [
    chatQuestion({
      model,
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
      ...limitedTo(1, heard),
    }),
  ]),
  judge: (_subject, [reply]) => {
    if (reply === undefined) return UNASKED;
    const standing = standingOf(reply);
    if (standing.kind === "taken") return judged("yes", "accepted", { developer_role: "accepted" });
    if (standing.kind === "unclear") return notTaken(standing);
    return judged("no", `refused: ${standing.why}`, { developer_role: "refused" }, [
      { what: "the developer role is refused", means: "clients have to send it as system" },
    ]);
  },
};
