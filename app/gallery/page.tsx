import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Gallery } from "@/components/gallery/gallery";

/** Every picture in every state, for whoever changes one. Shown in development, else only when asked for. */
export default async function GalleryPage() {
  // The environment is read when the page is asked for, and not when it is built.
  await connection();
  if (process.env.NODE_ENV === "production" && process.env.LASTBEAT_GALLERY !== "1") notFound();
  return <Gallery />;
}
