import type { Part } from './row.ts';

export const detection: Part = async () => [];
