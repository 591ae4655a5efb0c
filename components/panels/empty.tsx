export function Empty({ children }: { readonly children: string }) {
  return (
    <p className="flex min-h-[120px] items-center justify-center rounded-6 border border-dashed border-line px-4 text-center text-quiet">
      {children}
    </p>
  );
}
