import type { Part } from './row.ts';

export const tracking: Part = async () => [];
