import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Gallery } from "@/components/gallery/gallery";

/** Every component in every state, for development. In production it exists only with LASTBEAT_GALLERY=1. */
export default async function GalleryPage() {
  // The environment is read at the time of the request, not at build time.
  await connection();
  if (process.env.NODE_ENV === "production" && process.env.LASTBEAT_GALLERY !== "1") notFound();
  return <Gallery />;
}
