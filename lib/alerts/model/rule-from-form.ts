import { type RuleForm, readForm } from "@/lib/alerts/model/rule-form";
import { compilePattern } from "@/lib/base/patterns/pattern";

/** The rule of a form with its patterns compiled, and everything that is wrong with it. */
export const ruleFromForm = (form: RuleForm): ReturnType<typeof readForm> =>
  readForm(form, (value) => compilePattern(value, "whole"));
