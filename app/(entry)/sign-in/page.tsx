import { Entry } from "@/components/shell/entry";
import { SignInForm } from "@/components/shell/sign-in-form";

export default function SignInPage() {
  return (
    <>
      <Entry />
      <SignInForm />
    </>
  );
}
