import { Notice } from "@/components/shell/notice";

export default function NotFound() {
  return <Notice say="notFound" />;
}
