// Why the kernel does not answer, as far as the host tells, and what to do about it.

import type { Model } from "./protocol.ts";

/** What JupyterLab, Notebook and Voilà let a widget know of its kernel; VS Code, Colab and marimo do not. */
interface Kernel {
  status?: string;
  connectionStatus?: string;
  statusChanged?: {
    connect(slot: (sender: unknown, status: string) => void): unknown;
    disconnect(slot: (sender: unknown, status: string) => void): unknown;
  };
}

interface Host {
  widget_manager?: { kernel?: Kernel | null };
}

export interface Silence {
  sentence: string;
  /** Whether an answer is still to come: surely, perhaps, or never. */
  answer: "later" | "perhaps" | "never";
}

const SENTENCES = {
  busy: { sentence: "The kernel is busy; the answer comes when it is done.", answer: "later" },
  cut: { sentence: "The connection to the kernel is interrupted; the answer comes when it is back.", answer: "later" },
  idle: { sentence: "The kernel has not answered though it is idle; if no answer comes, run the cell again.", answer: "perhaps" },
  unmet: { sentence: "This view was saved and its kernel is gone; run the cell again.", answer: "perhaps" },
  restarting: { sentence: "The kernel has stopped and is started anew; run the cell again when it is ready.", answer: "never" },
  restarted: { sentence: "The kernel was started anew and knows nothing of this view; run the cell again.", answer: "never" },
  gone: { sentence: "The kernel does not answer; restart it and run the cell again.", answer: "never" },
  unknown: {
    sentence: "The kernel has not answered for 20 seconds: if a cell is running, the answer comes after it; if none is, restart the kernel and run the cell again.",
    answer: "perhaps",
  },
} satisfies Record<string, Silence>;

/** After so many milliseconds without an answer it is told why, where the host tells us; and where it does not. */
const SOON = 1200;
const PATIENCE = 20_000;
/** A kernel that is idle for so long has hardly anything of ours to answer; another of its threads may. */
const IDLE = 6000;
/** One that has never answered, so long. */
const UNMET = 2500;

/** Watches over the kernel that a view began with. */
export class Watch {
  private readonly model: Model & Host;
  private readonly kernel: Kernel | null;
  private idleSince: number | null = null;
  private restarted = false;

  constructor(model: Model) {
    this.model = model;
    this.kernel = this.model.widget_manager?.kernel ?? null;
    this.kernel?.statusChanged?.connect(this.changed);
  }

  close(): void {
    this.kernel?.statusChanged?.disconnect(this.changed);
  }

  private readonly changed = (_sender: unknown, status: string): void => {
    // What died knows nothing of its views when it is back.
    if (status === "restarting" || status === "autorestarting") this.restarted = true;
  };

  /**
   * What to say after *quiet* milliseconds without an answer; null while it is too early to say anything.
   * *met* says whether there ever was one.
   */
  look(quiet: number, now: number, met: boolean): Silence | null {
    if (!this.kernel) return quiet > PATIENCE ? SENTENCES.unknown : null;
    const kernel = this.model.widget_manager?.kernel;
    const status = kernel?.status ?? "dead";
    if (kernel && kernel !== this.kernel) return SENTENCES.restarted;
    if (this.restarted) return status === "idle" ? SENTENCES.restarted : SENTENCES.restarting;
    this.idleSince = status === "idle" ? this.idleSince ?? now : null;
    if (quiet < SOON) return null;
    if (status === "dead" || status === "terminating" || kernel?.connectionStatus === "disconnected") return SENTENCES.gone;
    if (kernel?.connectionStatus === "connecting") return SENTENCES.cut;
    if (status === "idle") {
      const long = Math.min(quiet, now - this.idleSince!);
      return !met && long > UNMET ? SENTENCES.unmet : long > IDLE ? SENTENCES.idle : null;
    }
    return SENTENCES.busy;
  }
}
